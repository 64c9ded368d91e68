import { dirname, join, normalize } from 'node:path';
import { BicepError } from './error.ts';
import { evaluate, loop, type Names } from './evaluate.ts';
import { groupId, type Place } from './functions.ts';
import { parameterProblem } from './parameters.ts';
import type {
  BicepFile,
  Declaration,
  Expression,
  ModuleDeclaration,
  ParamDeclaration,
  ResourceDeclaration,
  Type,
  TypeDeclaration,
} from './syntax.ts';
import {
  isObjectValue,
  ModuleReference,
  plain,
  ResourceReference,
  textOf,
  type ObjectValue,
  type Value,
} from './values.ts';

export interface DeployedResource {
  /** File and symbol, as in `modules/alerts.bicep namespace`. */
  where: string;
  type: string;
  apiVersion: string;
  name: string;
  id: string;
  /** The resource that an extension resource, such as a role assignment, belongs to. */
  scope?: string;
  existing: boolean;
  /** How many of a loop Azure makes at a time. */
  batchSize?: number;
  /** As written, without what only Bicep needs. */
  body: Record<string, unknown>;
}

export interface Deployment {
  resources: DeployedResource[];
  outputs: ObjectValue;
}

/** The Bicep files by their path, and the texts beside them. */
export interface Sources {
  bicep: (path: string) => BicepFile;
  text: (path: string) => string;
}

/**
 * Says what a deployment would make, as far as that can be said without Azure.
 *
 * @throws BicepError for whatever the compiler, or Azure before it begins, would refuse.
 */
export function deploy(
  sources: Sources,
  path: string,
  parameters: ObjectValue,
  scope = '/subscriptions/00000000-0000-0000-0000-000000000000',
): Deployment {
  return new FileDeployment(sources, sources.bicep(path), parameters, scope).run();
}

class FileDeployment {
  readonly #sources: Sources;
  readonly #file: BicepFile;
  readonly #parameters: ObjectValue;
  readonly #names: Names;
  readonly #scope: string;
  readonly #resources: DeployedResource[] = [];
  readonly #known = new Map<string, Value>();

  constructor(sources: Sources, file: BicepFile, parameters: ObjectValue, scope: string) {
    this.#sources = sources;
    this.#file = file;
    this.#parameters = parameters;
    this.#scope = scope;
    const place: Place = {
      scope,
      readText: (path) => sources.text(join(dirname(file.path), path)),
    };
    this.#names = {
      path: file.path,
      place,
      lookUp: (name, line) => this.#lookUp(name, line),
    };
  }

  run(): Deployment {
    this.#refuseOtherScope();
    this.#refuseUnknownParameters();
    const { declarations } = this.#file;
    for (const { kind, name, line } of declarations) {
      if (kind !== 'type' && kind !== 'output') this.#lookUp(name, line);
    }
    const outputs = declarations.filter(({ kind }) => kind === 'output');
    return {
      resources: this.#resources,
      outputs: Object.fromEntries(outputs.map((output) => [output.name, this.#declared(output)])),
    };
  }

  #refuseOtherScope(): void {
    const scope = this.#scope.includes('/resourceGroups/') ? 'resourceGroup' : 'subscription';
    if (scope !== this.#file.scope) {
      throw this.#error(0, `it is for a ${this.#file.scope}, and is deployed to a ${scope}`);
    }
  }

  #refuseUnknownParameters(): void {
    const declared = this.#file.declarations.filter(({ kind }) => kind === 'param');
    const unknown = Object.keys(this.#parameters).find(
      (given) => !declared.some(({ name }) => name === given),
    );
    if (unknown) throw this.#error(0, `there is no parameter ${unknown}`);
  }

  /** Declarations may stand in any order, so each is worked out when it is first asked for. */
  #lookUp(name: string, line: number): Value {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const declaration = this.#file.declarations.find(
      (candidate) => candidate.name === name && candidate.kind !== 'output',
    );
    const value = declaration ? this.#declared(declaration) : this.#imported(name, line);
    this.#known.set(name, value);
    return value;
  }

  #declared(declaration: Declaration): Value {
    switch (declaration.kind) {
      case 'param':
        return this.#parameter(declaration);
      case 'var':
      case 'output':
        return evaluate(declaration.value, this.#names);
      case 'resource':
        return this.#each(declaration.body, (body, names) =>
          this.#resource(declaration, body, names),
        );
      case 'module':
        return this.#each(declaration.body, (body, names) =>
          this.#module(declaration, body, names),
        );
      case 'type':
        throw this.#error(declaration.line, `${declaration.name} is a type`);
    }
  }

  #parameter(declaration: ParamDeclaration): Value {
    const { name, standard, line } = declaration;
    const given = this.#parameters[name];
    if (given === undefined && !standard) {
      throw this.#error(line, `the parameter ${name} is not given`);
    }
    const value = given ?? (standard ? evaluate(standard, this.#names) : null);
    const problem = parameterProblem(declaration, value, (type) => this.#type(type));
    if (problem) throw this.#error(line, problem);
    return value;
  }

  /** A type of this file, or of one that it imports from: types there may name each other. */
  #type(name: string): Type | undefined {
    const imported = this.#file.imports.map(({ path }) => this.#beside(path));
    return [this.#file, ...imported]
      .flatMap(({ declarations }) => declarations)
      .find((item): item is TypeDeclaration => item.kind === 'type' && item.name === name)?.type;
  }

  #beside(path: string): BicepFile {
    return this.#sources.bicep(normalize(join(dirname(this.#file.path), path)));
  }

  #importedFile(name: string): BicepFile | undefined {
    const found = this.#file.imports.find(({ names }) => names.includes(name));
    return found && this.#beside(found.path);
  }

  #imported(name: string, line: number): Value {
    const file = this.#importedFile(name);
    const found = file?.declarations.find((item) => item.kind === 'var' && item.name === name);
    if (
      found?.kind !== 'var' ||
      !found.decorators.some((decorator) => decorator.name === 'export')
    ) {
      throw this.#error(line, `the name ${name} does not exist`);
    }
    return evaluate(found.value, this.#names);
  }

  /** Applies to the body, or to each turn of its loop. */
  #each(body: Expression, make: (body: Expression, names: Names) => Value): Value {
    if (body.kind !== 'for') return make(body, this.#names);
    return loop(body, this.#names).map((turn) => make(turn.body, turn.names));
  }

  #module({ path, line, name }: ModuleDeclaration, body: Expression, names: Names): Value {
    if (body.kind === 'if' && !evaluate(body.condition, names)) return new ModuleReference();
    const {
      scope,
      params,
      name: deployment,
      ...rest
    } = this.#object(body.kind === 'if' ? body.body : body, names);
    const unknown = Object.keys(rest).find((key) => key !== 'dependsOn');
    if (unknown || typeof deployment !== 'string') {
      throw this.#error(
        line,
        `the module ${name} ${unknown ? `has no property ${unknown}` : 'has no name'}`,
      );
    }
    const file = normalize(join(dirname(this.#file.path), path));
    const parameters = isObjectValue(params) ? params : {};
    const { resources, outputs } = deploy(this.#sources, file, parameters, this.#scopeOf(scope));
    this.#resources.push(...resources);
    return new ModuleReference(outputs);
  }

  #scopeOf(scope: Value | undefined): string {
    if (scope instanceof ResourceReference) return groupId(scope.resource.name);
    return isObjectValue(scope) ? textOf(scope['id']) : this.#scope;
  }

  #object(body: Expression, names: Names): ObjectValue {
    const value = evaluate(body, names);
    if (!isObjectValue(value)) throw this.#error(0, 'a body is no object');
    return value;
  }

  #resource(declaration: ResourceDeclaration, body: Expression, names: Names): Value {
    if (body.kind === 'if' && !evaluate(body.condition, names)) return null;
    const value = this.#object(body.kind === 'if' ? body.body : body, names);
    const resource = this.#described(declaration, value);
    this.#resources.push(resource);
    return new ResourceReference(resource);
  }

  #described(declaration: ResourceDeclaration, value: ObjectValue): DeployedResource {
    const { parent, scope, dependsOn: _, ...body } = value;
    const [type = '', apiVersion = ''] = declaration.type.split('@');
    const name = textOf(body['name']);
    const batch = declaration.decorators.find((decorator) => decorator.name === 'batchSize')
      ?.args[0];
    const batchSize = batch && Number(evaluate(batch, this.#names));
    return {
      where: `${this.#file.path} ${declaration.name}`,
      type,
      apiVersion,
      name,
      id: this.#idOf(type, name, parent, declaration.line),
      existing: declaration.existing,
      ...(scope instanceof ResourceReference ? { scope: scope.resource.id } : {}),
      ...(batchSize ? { batchSize } : {}),
      body: plain(body) as Record<string, unknown>,
    };
  }

  #idOf(type: string, name: string, parent: Value | undefined, line: number): string {
    const slash = type.lastIndexOf('/');
    const kind = type.slice(slash + 1);
    if (parent === undefined) {
      // Microsoft.Web/sites stands alone, Microsoft.Web/sites/config does not.
      if (type.split('/').length > 2) throw this.#error(line, `${type} needs a parent`);
      return `${this.#scope}/providers/${type}/${name}`;
    }
    if (!(parent instanceof ResourceReference) || parent.resource.type !== type.slice(0, slash)) {
      throw this.#error(line, `${type} cannot be a child of what its parent names`);
    }
    return `${parent.resource.id}/${kind}/${name}`;
  }

  #error(line: number, message: string): BicepError {
    return new BicepError(this.#file.path, line, message);
  }
}
