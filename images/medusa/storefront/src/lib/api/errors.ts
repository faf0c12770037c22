/**
 * Why a request failed, as far as a shopper or the code can do something about it.
 * - offline: nothing answered; whether the server acted on the request is unknown
 * - slow: no answer in time; likewise unknown
 * - missing: what was asked for does not exist
 * - soldOut: less in stock than wanted
 * - completed: the cart already became an order
 * - busy: another request works on the same cart
 * - refused: the server did not accept the input
 * - broken: the server failed, or its answer cannot be read
 */
export type Failure =
  | "offline"
  | "slow"
  | "missing"
  | "soldOut"
  | "completed"
  | "busy"
  | "refused"
  | "broken";

export class ApiError extends Error {
  constructor(
    readonly failure: Failure,
    /** The server's own words, for the console. */
    detail: string,
  ) {
    super(detail);
    this.name = "ApiError";
  }

  /** True when the server may have done what was asked, although no answer says so. */
  get outcomeUnknown(): boolean {
    return this.failure === "offline" || this.failure === "slow" || this.failure === "broken";
  }
}

const explanations: Record<Failure, string> = {
  offline: "The shop cannot be reached. Check your connection, then try again.",
  slow: "The shop takes too long to answer. Wait a moment, then try again.",
  missing: "This is no longer available. Reload the page to see what is.",
  soldOut: "There is not enough in stock. Choose a smaller quantity or another product.",
  completed: "This cart was already ordered. Reload the page to start a new one.",
  busy: "The shop is still working on your last step. Wait a moment, then try again.",
  refused: "The shop did not accept this. Check what you entered, then try again.",
  broken: "Something went wrong in the shop. Try again in a moment.",
};

/** One or two sentences for the shopper: what happened and what to do. */
export function explain(error: unknown): string {
  return explanations[error instanceof ApiError ? error.failure : "broken"];
}

/** Turns an unsuccessful answer of the Store API into an error; the body is `{type, code, message}`. */
export function errorFromAnswer(status: number, body: unknown): ApiError {
  const { type, code, message } = readBody(body);
  const detail = message || `status ${status}`;
  if (code === "insufficient_inventory" || /not enough stock/i.test(message))
    return new ApiError("soldOut", detail);
  if (/already completed/i.test(message)) return new ApiError("completed", detail);
  if (status === 404 || type === "not_found") return new ApiError("missing", detail);
  if (status === 409 || status === 429) return new ApiError("busy", detail);
  if (status >= 400 && status < 500) return new ApiError("refused", detail);
  return new ApiError("broken", detail);
}

function readBody(body: unknown): { type: string; code: string; message: string } {
  const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : "");
  return { type: text("type"), code: text("code"), message: text("message") };
}
