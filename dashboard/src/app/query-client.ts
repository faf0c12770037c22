import { QueryClient } from "@tanstack/react-query";
import { mayPass } from "@/lib/api/api-error";

export function newQueryClient() {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        gcTime: 10 * 60_000,
        retry: (failures, error) => mayPass(error) && failures < 2,
        retryDelay: (failures) => 800 * 2 ** failures,
        refetchOnWindowFocus: true,
        // The stream says when something has changed; `online` is wrong for servers on the same machine.
        networkMode: "always",
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}
