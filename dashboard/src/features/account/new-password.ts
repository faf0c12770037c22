const LEAST = 12;
const MOST = 256;

export function newPasswordProblem(current: string, wanted: string): string | undefined {
  if (wanted.length < LEAST) return `At least ${LEAST} characters.`;
  if (wanted.length > MOST) return `At most ${MOST} characters.`;
  return wanted === current ? "This is the current password." : undefined;
}
