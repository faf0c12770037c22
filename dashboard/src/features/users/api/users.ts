import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useMe } from "@/domain/session/me";
import { api, unwrap } from "@/lib/api/client";
import type { UpdateUser, User } from "@/lib/api/types";

export type UserRole = User["role"];

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/users", { signal })),
  staleTime: 10_000,
});

export function useCreateUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; email?: string; role: UserRole; password: string }) =>
      unwrap(api.POST("/api/v1/users", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: usersQuery.queryKey }),
  });
}

export function useUpdateUser(user: string) {
  const client = useQueryClient();
  const me = useMe();
  return useMutation({
    mutationFn: (body: UpdateUser) =>
      unwrap(api.PATCH("/api/v1/users/{user}", { params: { path: { user } }, body })),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: usersQuery.queryKey }),
        user === me.name ? client.invalidateQueries({ queryKey: ["me"] }) : undefined,
      ]),
  });
}

export function useDeleteUser(user: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/users/{user}", { params: { path: { user } } })),
    onSuccess: () =>
      // Their memberships went with them.
      Promise.all([
        client.invalidateQueries({ queryKey: usersQuery.queryKey }),
        client.invalidateQueries({ queryKey: ["teams"] }),
      ]),
  });
}
