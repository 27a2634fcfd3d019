/* Collections as a tree by what limits them; rules and members of one. */
import { Title } from '@patternfly/react-core/dist/dynamic/components/Title';
import { TreeView, type TreeViewDataItem } from '@patternfly/react-core/dist/dynamic/components/TreeView';
import type { ColumnDef } from '@tanstack/react-table';
import { Link, useNavigate, useParams } from 'react-router';

import { type Page, useAsk } from '../asking';
import { Grid } from '../grid';
import type { Row } from '../rpc';
import { Answer, plain, Screen } from '../show';

const ALL = 10000;

interface Collection extends Row {
  CollectionID: string;
  Name: string;
  CollectionType: number;
  LimitToCollectionID: string | null;
  MemberCount: number;
}

/* What is limited by nothing that may be seen stands at the top. */
function tree(all: Collection[]): TreeViewDataItem[] {
  const known = new Set(all.map((one) => one.CollectionID));
  const below = new Map<string, Collection[]>();
  for (const one of all) {
    const above = one.LimitToCollectionID && known.has(one.LimitToCollectionID) ? one.LimitToCollectionID : '';
    below.set(above, [...(below.get(above) ?? []), one]);
  }
  const grow = (above: string): TreeViewDataItem[] =>
    (below.get(above) ?? []).map((one) => {
      const children = grow(one.CollectionID);
      return {
        id: one.CollectionID,
        name: `${one.Name} (${one.MemberCount})`,
        defaultExpanded: above === '',
        ...(children.length > 0 && { children }),
      };
    });
  return grow('');
}

const columns = (names: string[]): ColumnDef<Row>[] =>
  names.map((name) => ({ id: name, header: name, cell: ({ row }) => plain(row.original[name]) }));

function Members({ of }: { of: string }) {
  const members = useAsk<Page>('object.list', {
    class: `SMS_CM_RES_COLL_${of}`, properties: ['ResourceID', 'Name', 'IsDirect'], limit: 25, count: true,
  });
  return (
    <Answer of={members}>
      {(data) => (
        <>
          <Grid label="Members" rows={data.items} columns={columns(['Name', 'ResourceID', 'IsDirect'])} />
          <p>{`${data.items.length} of ${data.count} members. `}
            <Link to={`/objects/SMS_CM_RES_COLL_${of}`}>All of them</Link></p>
        </>
      )}
    </Answer>
  );
}

function ruleText(rule: Row): string {
  if (rule.QueryExpression) return String(rule.QueryExpression);
  if (rule.IncludeCollectionID) return `includes ${rule.IncludeCollectionID}`;
  if (rule.ExcludeCollectionID) return `excludes ${rule.ExcludeCollectionID}`;
  return `device or user ${rule.ResourceID}`;
}

function Details({ of }: { of: string }) {
  const one = useAsk('object.get', {
    class: 'SMS_Collection', key: of,
    properties: ['CollectionID', 'Name', 'Comment', 'LimitToCollectionName', 'MemberCount', 'CollectionRules'],
  });
  return (
    <Answer of={one}>
      {(data) => (
        <section aria-label="Chosen collection">
          <Title headingLevel="h2" className="section">{String(data.Name)}</Title>
          <p>{`${plain(data.MemberCount)} members${data.LimitToCollectionName ? `, limited by ${data.LimitToCollectionName}` : ''}. `}
            <Link to={`/objects/SMS_Collection/${of}`}>Details, edit, delete</Link></p>
          <Title headingLevel="h3" className="section">Rules</Title>
          <Grid label="Rules" rows={(data.CollectionRules as Row[]) ?? []} columns={[
            { id: 'name', header: 'Rule', cell: ({ row }) => plain(row.original.RuleName) },
            { id: 'what', header: 'What', cell: ({ row }) => ruleText(row.original) },
          ]} />
          <Title headingLevel="h3" className="section">Members</Title>
          <Members of={of} />
        </section>
      )}
    </Answer>
  );
}

export default function Collections() {
  const { key } = useParams();
  const navigate = useNavigate();
  const all = useAsk<Page<Collection>>('object.list', {
    class: 'SMS_Collection', limit: ALL, order: 'Name',
    properties: ['CollectionID', 'Name', 'CollectionType', 'LimitToCollectionID', 'MemberCount'],
  });
  return (
    <Screen title="Collections" actions={<Link to="/objects/SMS_Collection">As a list</Link>}>
      <Answer of={all}>
        {(data) => (
          <>
            <TreeView data={tree(data.items)} aria-label="Collections by limiting collection" hasGuides
              activeItems={key ? [{ id: key, name: '' }] : []}
              onSelect={(_, item) => navigate(`/collections/${item.id}`)} />
            {data.next !== undefined && <p>{`Only the first ${ALL} are drawn.`}</p>}
          </>
        )}
      </Answer>
      {key && <Details key={key} of={key} />}
    </Screen>
  );
}
