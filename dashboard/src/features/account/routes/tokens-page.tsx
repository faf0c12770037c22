import { Button, Group, Modal } from "@mantine/core";
import { IconAlertTriangle, IconClockOff, IconKey, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ProblemAlert } from "@/components/forms/problem-alert";
import { EmptyState } from "@/components/page/empty-state";
import { ErrorState } from "@/components/page/error-state";
import { Page } from "@/components/page/page";
import { Panel } from "@/components/page/panel";
import { RelativeTime } from "@/components/relative-time";
import { Status } from "@/components/status";
import { Table } from "@/components/table/table";
import { TableSkeleton } from "@/components/table/table-skeleton";
import type { Token } from "@/lib/api/types";
import { useReturnFocus } from "@/lib/focus/return-focus";
import { useNow } from "@/lib/time/use-now";
import { tokensQuery, useRevokeToken } from "../api/tokens";
import { CreateToken } from "../components/create-token";
import { expiryState } from "../token-words";

export function TokensPage() {
  const tokens = useQuery(tokensQuery);
  const [creating, setCreating] = useState(false);
  const [revoked, setRevoked] = useState<Token>();
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      New token
    </Button>
  );
  const some = tokens.data !== undefined && tokens.data.length > 0;
  return (
    <Page
      title="API tokens"
      description="For scripts and the command line, to act in your name."
      actions={some ? create : null}
    >
      <Panel flush>
        {tokens.data ? (
          some ? (
            <TokenTable tokens={tokens.data} onRevoke={setRevoked} />
          ) : (
            <EmptyState icon={<IconKey />} title="No tokens" action={create}>
              A token lets a script or the command line use the platform as you, until it expires or you
              revoke it.
            </EmptyState>
          )
        ) : tokens.error ? (
          <ErrorState
            error={tokens.error}
            title="The tokens could not be loaded"
            onRetry={() => void tokens.refetch()}
          />
        ) : (
          <TableSkeleton label="Loading the tokens" />
        )}
      </Panel>
      {creating ? <CreateToken onClose={() => setCreating(false)} /> : null}
      {revoked ? <Revoke token={revoked} onClose={() => setRevoked(undefined)} /> : null}
    </Page>
  );
}

function TokenTable({ tokens, onRevoke }: { tokens: Token[]; onRevoke: (token: Token) => void }) {
  const now = useNow(60_000);
  return (
    <Table
      label="API tokens"
      columns={[
        { label: "Name" },
        { label: "Scope", wide: true },
        { label: "Expires" },
        { label: "Last used", wide: true },
        { label: "Created", wide: true },
        { label: "Revoke", hidden: true },
      ]}
    >
      {tokens.map((token) => (
        <tr key={token.id}>
          <td>
            <b>{token.name}</b>
            <small>
              <span data-narrow>{token.scope} · </span>
              {token.id}
            </small>
            <small data-narrow>
              {token.lastUsedAt ? (
                <>
                  used <RelativeTime at={token.lastUsedAt} />
                </>
              ) : (
                "never used"
              )}
            </small>
          </td>
          <td data-wide>{token.scope}</td>
          <td>
            <Expiry token={token} now={now} />
          </td>
          <td data-wide>{token.lastUsedAt ? <RelativeTime at={token.lastUsedAt} /> : "never"}</td>
          <td data-wide>
            <RelativeTime at={token.createdAt} />
          </td>
          <td data-align="end">
            <Button
              variant="subtle"
              color="red"
              size="compact-sm"
              aria-label={`Revoke ${token.name}`}
              onClick={() => onRevoke(token)}
            >
              Revoke
            </Button>
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Expiry({ token, now }: { token: Token; now: number }) {
  switch (expiryState(token, now)) {
    case "never":
      return "never";
    case "past":
      return (
        <Status tone="idle" icon={<IconClockOff />}>
          Expired
        </Status>
      );
    case "soon":
      return (
        <Status tone="caution" icon={<IconAlertTriangle />}>
          <RelativeTime at={token.expiresAt ?? ""} />
        </Status>
      );
    case "later":
      return <RelativeTime at={token.expiresAt ?? ""} />;
  }
}

function Revoke({ token, onClose }: { token: Token; onClose: () => void }) {
  const revoke = useRevokeToken();
  useReturnFocus();
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Revoke ${token.name}?`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <ProblemAlert error={revoke.error} title="The token could not be revoked" />
      <p>
        What uses it is refused from now on.{" "}
        {token.lastUsedAt ? (
          <>
            It was last used <RelativeTime at={token.lastUsedAt} />.
          </>
        ) : (
          "It was never used."
        )}
      </p>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button
          color="red"
          loading={revoke.isPending}
          onClick={() => revoke.mutate(token.id, { onSuccess: onClose })}
        >
          Revoke
        </Button>
      </Group>
    </Modal>
  );
}
