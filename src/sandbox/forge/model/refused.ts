/** One field that is wrong, in GitHub's words. */
export interface FieldError {
  resource: string;
  field?: string;
  code: "missing" | "missing_field" | "invalid" | "already_exists" | "unprocessable" | "custom";
  message?: string;
}

/** The forge says no, as GitHub would: an HTTP status and a sentence for people. */
export class Refused extends Error {
  readonly status: number;
  readonly errors: FieldError[] | undefined;
  constructor(status: number, message: string, errors?: FieldError[]) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

export function notFound(): Refused {
  return new Refused(404, "Not Found");
}

export function validationFailed(...errors: FieldError[]): Refused {
  return new Refused(422, "Validation Failed", errors);
}
