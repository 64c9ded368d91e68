/** The part of Bicep that this project's infrastructure is written in. */
export type Expression =
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'template'; parts: (string | Expression)[] }
  | { kind: 'name'; name: string; line: number }
  | { kind: 'array'; items: Expression[] }
  | { kind: 'object'; entries: Entry[]; line: number }
  | { kind: 'member'; of: Expression; name: string; safe: boolean; line: number }
  | { kind: 'index'; of: Expression; index: Expression }
  | { kind: 'call'; name: string; args: Expression[]; line: number }
  | { kind: 'lambda'; parameters: string[]; body: Expression }
  | { kind: 'for'; item: string; index?: string; list: Expression; body: Expression }
  | { kind: 'if'; condition: Expression; body: Expression }
  | { kind: 'ternary'; condition: Expression; yes: Expression; no: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'not'; operand: Expression };

export interface Entry {
  key: Expression;
  value: Expression;
  line: number;
}

export type Type =
  | { kind: 'named'; name: string; line: number }
  | { kind: 'literal'; value: string | number | boolean }
  | { kind: 'array'; of: Type }
  | { kind: 'optional'; of: Type }
  | { kind: 'union'; of: Type[] }
  | { kind: 'object'; properties: Record<string, Type> };

export interface Decorator {
  name: string;
  args: Expression[];
}

interface Declared {
  decorators: Decorator[];
  name: string;
  line: number;
}

export interface ParamDeclaration extends Declared {
  kind: 'param';
  type: Type;
  standard?: Expression;
}
export interface VarDeclaration extends Declared {
  kind: 'var';
  value: Expression;
}
export interface TypeDeclaration extends Declared {
  kind: 'type';
  type: Type;
}
export interface ResourceDeclaration extends Declared {
  kind: 'resource';
  /** As in `Microsoft.Web/sites@2024-04-01`. */
  type: string;
  existing: boolean;
  body: Expression;
}
export interface ModuleDeclaration extends Declared {
  kind: 'module';
  path: string;
  body: Expression;
}
export interface OutputDeclaration extends Declared {
  kind: 'output';
  type: Type;
  value: Expression;
}

export type Declaration =
  | ParamDeclaration
  | VarDeclaration
  | TypeDeclaration
  | ResourceDeclaration
  | ModuleDeclaration
  | OutputDeclaration;

export interface Import {
  names: string[];
  path: string;
  line: number;
}

export interface BicepFile {
  path: string;
  scope: string;
  imports: Import[];
  declarations: Declaration[];
}
