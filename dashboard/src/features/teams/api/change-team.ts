import { useMutation, useQueryClient } from "@tanstack/react-query";
import { teamsQuery } from "@/domain/teams/teams";
import { api, unwrap } from "@/lib/api/client";
import type { Team, TeamQuota } from "@/lib/api/types";

export function useCreateTeam() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; displayName?: string; quota?: TeamQuota }) =>
      unwrap(api.POST("/api/v1/teams", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: teamsQuery.queryKey }),
  });
}

/** A quota replaces the whole one that was. */
export function useUpdateTeam(team: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { displayName?: string; quota?: TeamQuota }) =>
      unwrap(api.PATCH("/api/v1/teams/{team}", { params: { path: { team } }, body })),
    onSuccess: (changed: Team) => {
      client.setQueryData(["teams", team], changed);
      return client.invalidateQueries({ queryKey: teamsQuery.queryKey });
    },
  });
}

export function useDeleteTeam(team: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/teams/{team}", { params: { path: { team } } })),
    onSuccess: () => {
      client.removeQueries({ queryKey: ["teams", team] });
      return client.invalidateQueries({ queryKey: teamsQuery.queryKey, exact: true });
    },
  });
}
