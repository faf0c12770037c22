import { Skeleton } from "@mantine/core";
import { IconPackages } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "@/components/page/empty-state";
import { ErrorState } from "@/components/page/error-state";
import { LinkButton } from "@/components/page/link-button";
import { Page } from "@/components/page/page";
import { Panel } from "@/components/page/panel";
import { EngineTile } from "@/components/stores/engine-tile";
import { Table } from "@/components/table/table";
import { useEngines } from "@/domain/engines/engines";
import { plansQuery } from "@/domain/plans/plans";
import { formatBytes } from "@/domain/quantity/format";
import { useMe } from "@/domain/session/me";
import { mayCreateStores } from "@/domain/session/permissions";
import { isApiError } from "@/lib/api/api-error";
import type { Engine, PlanSize } from "@/lib/api/types";
import { fieldsOf } from "@/lib/schema-form/schema-form";
import { allowedWords, sizesByEngine, summarizePlan } from "../plan-words";
import classes from "./engines-page.module.css";

export function EnginesPage() {
  const engines = useEngines();
  const plans = useQuery(plansQuery);
  const sizes = sizesByEngine(plans.data?.items ?? []);
  // A server from before there were plans to ask for.
  const failed = plans.error && !isApiError(plans.error, 404);
  return (
    <Page
      title="Engines and plans"
      description="The kinds of store on offer, what can be set in each, and how much each plan may take."
    >
      {failed ? (
        <Panel tone="caution">
          <ErrorState
            error={plans.error}
            title="The sizes of the plans could not be loaded"
            onRetry={() => void plans.refetch()}
          />
        </Panel>
      ) : null}
      {engines.data ? (
        engines.data.length === 0 ? (
          <Panel>
            <EmptyState icon={<IconPackages />} title="No engines">
              The platform offers no kind of store: none of its images is installed, or all are switched off.
              Whoever runs the platform sets the chart’s value images.
            </EmptyState>
          </Panel>
        ) : (
          engines.data.map((engine) => (
            <EnginePanel key={engine.name} engine={engine} sizes={sizes.get(engine.name)} />
          ))
        )
      ) : (
        <Panel>
          {engines.error ? (
            <ErrorState
              error={engines.error}
              title="The engines could not be loaded"
              onRetry={() => void engines.refetch()}
            />
          ) : (
            <div role="status" aria-label="Loading the engines">
              <Skeleton height={44} width={44} mb="md" />
              <Skeleton height={14} mb="sm" />
              <Skeleton height={14} width="60%" />
            </div>
          )}
        </Panel>
      )}
    </Page>
  );
}

function EnginePanel({ engine, sizes }: { engine: Engine; sizes: Map<string, PlanSize> | undefined }) {
  const me = useMe();
  const fields = fieldsOf(engine.parameters);
  return (
    <Panel flush>
      <div className={classes.head}>
        <EngineTile engine={engine.displayName} size="large" />
        <div className={classes.names}>
          <h2>{engine.displayName}</h2>
          <p>{engine.description}</p>
          <p className={classes.versions}>
            <code>{engine.name}</code> · {engine.versions.length === 1 ? "version" : "versions"}{" "}
            {engine.versions.join(", ")}
          </p>
        </div>
        {mayCreateStores(me) ? (
          <LinkButton to="/new" search={{ engine: engine.name }} variant="default">
            New store
          </LinkButton>
        ) : null}
      </div>
      <div className={classes.part}>
        <h3>Plans</h3>
        <ul className={classes.plans}>
          {plansBySize(engine.plans, sizes).map((plan) => (
            <Plan key={plan} name={plan} size={sizes?.get(plan)} />
          ))}
        </ul>
      </div>
      {fields.length > 0 ? (
        <div className={classes.parameters}>
          <h3>Parameters</h3>
          <Table
            label={`Parameters of ${engine.displayName}`}
            columns={[{ label: "Parameter" }, { label: "What it does", wide: true }, { label: "Allowed" }]}
          >
            {fields.map((field) => (
              <tr key={field.name}>
                <td className={classes.parameter}>
                  {field.label}
                  <small>
                    <code>{field.name}</code>
                  </small>
                </td>
                <td data-wide>{field.description}</td>
                <td className={classes.allowed}>
                  {allowedWords(field)}
                  {field.pattern && field.kind === "text" ? (
                    <small>
                      like <code>{field.pattern}</code>
                    </small>
                  ) : null}
                  {field.fallback === undefined ? null : <small>else {field.fallback}</small>}
                </td>
              </tr>
            ))}
          </Table>
        </div>
      ) : null}
    </Panel>
  );
}

/** The API has them by name. */
function plansBySize(plans: readonly string[], sizes: Map<string, PlanSize> | undefined): string[] {
  const bytes = (plan: string) => sizes?.get(plan)?.storageBytes ?? 0;
  return [...plans].sort((a, b) => bytes(a) - bytes(b));
}

function Plan({ name, size }: { name: string; size: PlanSize | undefined }) {
  if (!size) {
    return (
      <li className={classes.plan}>
        <h4>{name}</h4>
      </li>
    );
  }
  const { cpu, memory, pods, volumes, parts } = summarizePlan(size);
  return (
    <li className={classes.plan}>
      <h4>{name}</h4>
      <dl>
        {cpu ? (
          <div>
            <dt>CPU, at most</dt>
            <dd>{cpu}</dd>
          </div>
        ) : null}
        {memory ? (
          <div>
            <dt>Memory, at most</dt>
            <dd>{memory}</dd>
          </div>
        ) : null}
        <div>
          <dt>Storage</dt>
          <dd>
            {formatBytes(size.storageBytes)}
            {volumes.length > 1 ? (
              <small>{volumes.map((volume) => `${volume.name} ${volume.size}`).join(", ")}</small>
            ) : null}
          </dd>
        </div>
        {pods ? (
          <div>
            <dt>Pods, at most</dt>
            <dd>{pods}</dd>
          </div>
        ) : null}
        {parts.map((part) => (
          <div key={part.name}>
            <dt>Part {part.name}</dt>
            <dd>{[part.cpu, part.memory].filter(Boolean).join(", ") || "no limit"}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
