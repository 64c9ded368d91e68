import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, globSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How to run the Bicep compiler. */
export interface Compiler {
  /** What it is, for people. */
  name: string;
  build(source: string, target: string): string[];
  lint(source: string): string[];
  command: string;
}

const CACHE = resolve('node_modules/.cache/bicep');
const PROJECT = fileURLToPath(new URL('bicep.csproj', import.meta.url));

/** Milliseconds; the package is about 30 MB. */
const RESTORE_LIMIT = 300_000;

/** Package of the compiler for this platform: Azure.Bicep.CommandLine.{name}. */
const PLATFORMS: Readonly<Record<string, string>> = {
  'linux x64': 'linux-x64',
  'linux arm64': 'linux-arm64',
  'darwin x64': 'osx-x64',
  'darwin arm64': 'osx-arm64',
  'win32 x64': 'win-x64',
};

/** @returns the compiler, or why there is none. */
export function findCompiler(): Compiler | string {
  if (runs('bicep', ['--version'])) return standalone('bicep', 'bicep on the path');
  // `az bicep version` fails, rather than installing, when az has no compiler.
  if (runs('az', ['bicep', 'version'])) return AZURE_CLI;
  return cachedCompiler() ?? restoredCompiler();
}

/** The compiler that an earlier check has restored. */
export function cachedCompiler(): Compiler | undefined {
  const [path] = globSync(join(CACHE, 'packages/azure.bicep.commandline.*/*/tools/bicep{,.exe}'));
  return path === undefined ? undefined : standalone(path, 'bicep from NuGet');
}

function restoredCompiler(): Compiler | string {
  const platform = PLATFORMS[`${process.platform} ${process.arch}`];
  if (!platform) return `no compiler for ${process.platform} ${process.arch}`;
  if (!runs('dotnet', ['--version'])) return 'no bicep, no az with Bicep and no dotnet on the path';
  const problem = restore(`Azure.Bicep.CommandLine.${platform}`);
  if (problem !== undefined) return problem;
  const compiler = cachedCompiler();
  if (!compiler) return 'the NuGet package holds no compiler';
  if (process.platform !== 'win32') chmodSync(compiler.command, 0o755);
  return compiler;
}

/** @returns what went wrong. */
function restore(name: string): string | undefined {
  mkdirSync(CACHE, { recursive: true });
  const project = join(CACHE, 'bicep.csproj');
  copyFileSync(PROJECT, project);
  const { status, stdout } = spawnSync(
    'dotnet',
    ['restore', project, `-p:BicepPackage=${name}`, '--packages', join(CACHE, 'packages')],
    { encoding: 'utf8', timeout: RESTORE_LIMIT },
  );
  if (status === 0) return undefined;
  const [code = 'an unknown error'] = /\bNU\d+\b/.exec(stdout) ?? [];
  return `dotnet restore of ${name} ended with ${code}`;
}

function runs(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function standalone(command: string, name: string): Compiler {
  return {
    name,
    command,
    build: (source, target) => ['build', source, '--outfile', target],
    lint: (source) => ['lint', source],
  };
}

const AZURE_CLI: Compiler = {
  name: 'az bicep',
  command: 'az',
  build: (source, target) => ['bicep', 'build', '--file', source, '--outfile', target],
  lint: (source) => ['bicep', 'lint', '--file', source],
};

/** What the compiler said, errors and warnings alike. */
export function diagnosticsOf(compiler: Compiler, args: string[]): string[] {
  const { status, stdout, stderr } = spawnSync(compiler.command, args, {
    encoding: 'utf8',
    // The compiler needs no ICU, which small images do not have.
    env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' },
  });
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  const found = lines.filter((line) => /\) : (Error|Warning|Info) /.test(line));
  return status === 0 || found.length > 0
    ? found
    : [`${compiler.name} ended with ${status}: ${stderr}`];
}
