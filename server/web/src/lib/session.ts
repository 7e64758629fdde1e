// Who is signed in, and what they may do. The cookie is the server's; this page never sees it.
import { effect, signal } from "@preact/signals";
import { api, outcome, signedOut, type Outcome, type Schema } from "./api";

type Session = Schema["Session"];
// undefined: not known yet; null: nobody.
export const session = signal<Session | null | undefined>(undefined);
export type Permission = Schema["Permission"];

export const may = (permission: Permission): boolean => session.value?.permissions.includes(permission) ?? false;

// Some of what a role may do is about the whole district: not for an account that reaches some schools only.
export const reachesDistrict = (): boolean => session.value?.user.scope.kind === "district";
export const mayEverywhere = (permission: Permission): boolean => may(permission) && reachesDistrict();

effect(() => {
  if (signedOut.value > 0) session.value = null;
});

// Answers false when the server could not be asked, so that the caller can try again.
export async function readSession(): Promise<boolean> {
  const answer = await outcome(api.GET("/api/v1/session"));
  if (answer.ok) session.value = answer.data;
  else if (answer.problem.kind === "signed_out") session.value = null;
  return answer.ok || answer.problem.kind === "signed_out";
}

export async function signIn(name: string, password: string, newPassword?: string): Promise<Outcome<Session>> {
  const body = newPassword === undefined ? { name, password } : { name, password, new_password: newPassword };
  const answer = await outcome(api.POST("/api/v1/session", { body: body as Schema["SignIn"] }));
  if (answer.ok) session.value = answer.data;
  return answer;
}

export async function signOut(): Promise<void> {
  await outcome(api.DELETE("/api/v1/session"));
  session.value = null;
}
