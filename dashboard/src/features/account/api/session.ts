import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";
import { session } from "@/lib/session/session";

/** Ends this session, or all of mine. */
export function useLogOut() {
  return useMutation({
    mutationFn: (everywhere: boolean) => unwrap(api.POST("/api/v1/auth/logout", { body: { everywhere } })),
    // A fresh page keeps nothing of this person.
    onSuccess: () => location.assign("/"),
  });
}

/** A new password ends every session; this browser begins another one with it. */
export function useChangePassword(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (passwords: { current: string; new: string; revokeTokens: boolean }) => {
      const changed = await unwrap(api.PUT("/api/v1/me/password", { body: passwords }));
      const login = api.POST("/api/v1/auth/login", { body: { name, password: passwords.new } });
      const answer = await unwrap(login).catch(() => undefined);
      if (answer) session.begin(answer.csrfToken);
      else session.end();
      return changed;
    },
    gcTime: 0,
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ["me"] }),
        client.invalidateQueries({ queryKey: ["tokens"] }),
      ]),
  });
}
