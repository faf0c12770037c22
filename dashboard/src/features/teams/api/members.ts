import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useMe } from "@/domain/session/me";
import { api, unwrap } from "@/lib/api/client";
import type { Member, User } from "@/lib/api/types";

const membersKey = (team: string) => ["teams", team, "members"] as const;

export function membersQuery(team: string) {
  return queryOptions({
    queryKey: membersKey(team),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/teams/{team}/members", { params: { path: { team } }, signal })),
    select: (list): Member[] => list.items,
  });
}

/** Names to choose from; only admins may ask for them. */
export const userNamesQuery = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/users", { signal })),
  select: (list: { items: User[] }): string[] => list.items.map((user) => user.name),
  staleTime: 60_000,
});

function useMembersChanged(team: string) {
  const client = useQueryClient();
  const me = useMe();
  return (user: string) =>
    Promise.all([
      client.invalidateQueries({ queryKey: membersKey(team) }),
      // What I may do may be another now.
      user === me.name ? client.invalidateQueries({ queryKey: ["me"] }) : undefined,
    ]);
}

export function useSetMember(team: string) {
  const changed = useMembersChanged(team);
  return useMutation({
    mutationFn: ({ user, role }: Member) =>
      unwrap(
        api.PUT("/api/v1/teams/{team}/members/{user}", { params: { path: { team, user } }, body: { role } }),
      ),
    onSuccess: (member) => changed(member.user),
  });
}

export function useRemoveMember(team: string) {
  const changed = useMembersChanged(team);
  return useMutation({
    mutationFn: (user: string) =>
      unwrap(api.DELETE("/api/v1/teams/{team}/members/{user}", { params: { path: { team, user } } })),
    onSuccess: (_none, user) => changed(user),
  });
}
