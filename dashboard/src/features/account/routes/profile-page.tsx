import { Button, Group, Modal } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ColorSchemeControl } from "@/components/color-scheme-control";
import { ProblemAlert } from "@/components/forms/problem-alert";
import { Page } from "@/components/page/page";
import { Panel } from "@/components/page/panel";
import { useMe } from "@/domain/session/me";
import type { Me } from "@/lib/api/types";
import { useLogOut } from "../api/session";
import { tokensQuery } from "../api/tokens";
import { ChangePassword } from "../components/change-password";
import { tokensLeft } from "../token-words";
import classes from "./profile-page.module.css";

const ways: Record<Me["via"], string> = {
  session: "a session of this browser",
  token: "an API token",
  bootstrap: "the bootstrap token, which is no user",
};

export function ProfilePage() {
  const me = useMe();
  return (
    <Page title="Profile" width="narrow">
      <Panel title="Who you are">
        <dl className={classes.facts}>
          <div>
            <dt>User</dt>
            <dd>
              <b>{me.name}</b>
            </dd>
          </div>
          <div>
            <dt>Role</dt>
            <dd>{me.role === "admin" ? "Admin of the platform: sees and may do everything" : "User"}</dd>
          </div>
          <div>
            <dt>Logged in by</dt>
            <dd>{ways[me.via]}</dd>
          </div>
          <div>
            <dt>Teams</dt>
            <dd>
              {me.teams.length === 0 ? (
                me.role === "admin" ? (
                  "None; an admin needs none."
                ) : (
                  "None yet. An owner of a team or an admin of the platform can take you in."
                )
              ) : (
                <ul className={classes.teams}>
                  {me.teams.map(({ team, role }) => (
                    <li key={team}>
                      <Link to="/teams/$team" params={{ team }}>
                        {team}
                      </Link>{" "}
                      <span>{role}</span>
                    </li>
                  ))}
                </ul>
              )}
            </dd>
          </div>
        </dl>
      </Panel>
      <Panel title="Appearance">
        <div className={classes.scheme}>
          <ColorSchemeControl />
        </div>
      </Panel>
      {me.via === "session" ? <ChangePassword name={me.name} /> : null}
      <LogOut />
    </Page>
  );
}

function LogOut() {
  const logOut = useLogOut();
  const [asking, setAsking] = useState(false);
  const tokens = useQuery({ ...tokensQuery, enabled: asking });
  return (
    <Panel title="Log out">
      <Group gap="xs">
        <Button
          variant="default"
          leftSection={<IconLogout size={16} aria-hidden />}
          loading={logOut.isPending && !asking}
          onClick={() => logOut.mutate(false)}
        >
          Log out
        </Button>
        <Button variant="subtle" onClick={() => setAsking(true)}>
          Log out everywhere
        </Button>
      </Group>
      {asking ? null : <ProblemAlert error={logOut.error} title="You could not be logged out" />}
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title="Log out everywhere?"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <ProblemAlert error={logOut.error} title="You could not be logged out" />
        <p>
          This ends your sessions in every browser, this one included.{" "}
          {tokens.data ? tokensLeft(tokens.data.length) : "API tokens stay."} Revoke them under{" "}
          <Link to="/tokens">API tokens</Link>.
        </p>
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={() => setAsking(false)}>
            Cancel
          </Button>
          <Button loading={logOut.isPending} onClick={() => logOut.mutate(true)}>
            Log out everywhere
          </Button>
        </Group>
      </Modal>
    </Panel>
  );
}
