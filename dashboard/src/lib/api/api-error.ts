import type { Problem } from "./types";

/** What went wrong with a request, in words that can be shown: what happened and what to do about it. */
export class ApiError extends Error {
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** One of the contract's codes, or NetworkError, or HttpError where the answer was no problem document. */
  readonly code: string;
  readonly remedy: string;
  readonly requestId: string | undefined;
  readonly fields: ReadonlyArray<{ pointer: string; detail: string }>;

  constructor(problem: Partial<Problem> & { status: number }, code?: string) {
    super(problem.detail ?? problem.title ?? `The server answered ${problem.status}.`);
    this.name = "ApiError";
    this.status = problem.status;
    this.code = code ?? problem.code ?? "HttpError";
    this.remedy = problem.remedy ?? "Try again in a few seconds.";
    this.requestId = problem.requestId;
    this.fields = problem.errors ?? [];
  }

  /** What is wrong with one field of the request, for example "/name". */
  field(pointer: string): string | undefined {
    return this.fields.find((field) => field.pointer === pointer)?.detail;
  }
}

export function networkError(): ApiError {
  return new ApiError(
    {
      status: 0,
      detail: "The server cannot be reached.",
      remedy: "Check your connection, then try again. What you see may be out of date.",
    },
    "NetworkError",
  );
}

export function isApiError(error: unknown, status?: number): error is ApiError {
  return error instanceof ApiError && (status === undefined || error.status === status);
}

/** Whether asking again may help: the server is away, overloaded or broken, in contrast to a wrong request. */
export function mayPass(error: unknown): boolean {
  return isApiError(error) && (error.status === 0 || error.status === 429 || error.status >= 500);
}
