import { IconCircleX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Status } from "@/components/status";
import { Table } from "@/components/table/table";
import type { AuditEntry } from "@/lib/api/types";
import { formatDateTime } from "@/lib/time/format";
import { type AuditPart, auditSentence, outcomeOf, wayOf } from "../audit-words";
import classes from "./audit-table.module.css";

export function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <Table
      label="Audit log"
      columns={[{ label: "When", wide: true }, { label: "Who and what" }, { label: "Team", wide: true }]}
    >
      {entries.map((entry) => (
        <tr key={entry.id}>
          <td data-wide className={classes.when}>
            <time dateTime={entry.at}>{formatDateTime(entry.at)}</time>
          </td>
          <td data-long>
            <span className={classes.what}>
              <span className={classes.sentence}>
                <b>{entry.actor || "Somebody"}</b> <Sentence parts={auditSentence(entry)} />
              </span>
              {entry.succeeded ? null : (
                <Status tone="negative" icon={<IconCircleX />}>
                  {outcomeOf(entry)}
                </Status>
              )}
            </span>
            <small data-narrow>
              <time dateTime={entry.at}>{formatDateTime(entry.at)}</time>
              {entry.team ? ` · team ${entry.team}` : ""}
            </small>
            <small>
              {wayOf(entry.via)} from {entry.address || "an unknown address"} · request{" "}
              <span className={classes.request}>{entry.requestId}</span>
            </small>
          </td>
          <td data-wide className={classes.team}>
            {entry.team}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Sentence({ parts }: { parts: AuditPart[] }) {
  return parts.map((part) => {
    if (typeof part === "string") return part;
    const key = `${part.kind}/${part.name}`;
    if (part.kind === "store") {
      return (
        <Link key={key} to="/stores/$name" params={{ name: part.name }}>
          {part.name}
        </Link>
      );
    }
    if (part.kind === "team") {
      return (
        <Link key={key} to="/teams/$team" params={{ team: part.name }}>
          {part.name}
        </Link>
      );
    }
    return <b key={key}>{part.name}</b>;
  });
}
