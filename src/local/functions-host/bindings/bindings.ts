import type { BindingData } from '../configuration/binding-expression.ts';
import type {
  Binding,
  FunctionMetadata,
  InvocationResult,
  NamedData,
  TypedData,
} from '../contracts.ts';

/** Fetches the value of an input binding. */
export type InputBinding = (binding: Binding, data: BindingData) => Promise<TypedData>;

/** Carries out an output binding. */
export type OutputBinding = (
  binding: Binding,
  value: TypedData,
  data: BindingData,
) => Promise<void>;

/** The output that is the function's return value. */
const RETURN = '$return';

/** What surrounds an invocation: input bindings before it, output bindings after it. */
export class Bindings {
  readonly #inputs: Readonly<Record<string, InputBinding>>;
  readonly #outputs: Readonly<Record<string, OutputBinding>>;

  constructor(
    inputs: Readonly<Record<string, InputBinding>>,
    outputs: Readonly<Record<string, OutputBinding>>,
  ) {
    this.#inputs = inputs;
    this.#outputs = outputs;
  }

  /**
   * What of a function this host cannot serve.
   * @param triggers the types of triggers that it has.
   * @returns one message for each binding that is not supported.
   */
  unsupported(metadata: FunctionMetadata, triggers: readonly string[]): string[] {
    return Object.entries(metadata.bindings).flatMap(([name, binding]) => {
      const where = `Function "${metadata.name}": the binding "${name}"`;
      const supported = this.#supported(binding, triggers);
      if (!supported.includes(binding.type)) {
        return `${where} has the ${kindOf(binding)} type "${binding.type}", which this host does not support; it supports ${supported.join(', ')}.`;
      }
      if (!isDeferred(binding)) return [];
      return `${where} has the option "sdkBinding", which this host does not support; take the value itself.`;
    });
  }

  #supported(binding: Binding, triggers: readonly string[]): readonly string[] {
    if (kindOf(binding) === 'trigger') return triggers;
    if (binding.direction === 'in') return Object.keys(this.#inputs);
    return ['http', ...Object.keys(this.#outputs)];
  }

  /** The values of the input bindings; the trigger's own is not among them. */
  async inputs(metadata: FunctionMetadata, data: BindingData): Promise<NamedData[]> {
    const wanted = Object.entries(metadata.bindings).flatMap(([name, binding]) => {
      const input = binding.direction === 'in' ? this.#inputs[binding.type] : undefined;
      return input ? [{ name, fetch: () => input(binding, data) }] : [];
    });
    return Promise.all(wanted.map(async ({ name, fetch }) => ({ name, data: await fetch() })));
  }

  /** @throws when a message or blob could not be written: the invocation counts as failed then. */
  async deliver(
    metadata: FunctionMetadata,
    { outputs, returnValue }: InvocationResult,
    data: BindingData,
  ): Promise<void> {
    const values = returnValue ? [...outputs, { name: RETURN, data: returnValue }] : outputs;
    for (const { name, data: value } of values) {
      const binding = metadata.bindings[name];
      const output = binding ? this.#outputs[binding.type] : undefined;
      if (binding && output) await output(binding, value, data);
    }
  }
}

/** The worker would be handed a reference to open with an SDK of its own. */
function isDeferred({ properties }: Binding): boolean {
  return (
    (properties as Record<string, unknown> | undefined)?.['supportsDeferredBinding'] === 'true'
  );
}

function kindOf({ type, direction }: Binding): string {
  if (/trigger$/i.test(type)) return 'trigger';
  return direction === 'in' ? 'input' : 'output';
}
