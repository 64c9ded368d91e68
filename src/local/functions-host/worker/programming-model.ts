/** The side of `@azure/functions` that the host calls (its `ProgrammingModel.ts`). */
import type { FunctionMetadata, Invocation, NamedData, TypedData } from '../contracts.ts';

export interface ProgrammingModel {
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

export interface CoreInvocationContext {
  invocationId: string;
  request: CoreInvocationRequest;
  metadata: FunctionMetadata;
  /** The library warns of log lines that are written when the function is over. */
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  log(level: string, category: string, message: string): void;
}

/** An invocation as the language worker protocol names its parts. */
export interface CoreInvocationRequest extends Omit<Invocation, 'inputs'> {
  invocationId: string;
  inputData: NamedData[];
}

export interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(
    context: object,
    inputs: unknown[],
    callback: (...args: unknown[]) => unknown,
  ): Promise<unknown>;
  getResponse(
    context: object,
    result: unknown,
  ): Promise<{ returnValue?: TypedData | null; outputData?: NamedData[] }>;
}
