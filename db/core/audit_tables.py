"""Holds the tables against the audit chain: verdicts, decisions, evidence, publications, digests and accounts are recomputed from
the rows that tell of them, and the first that differs is named; heads that were printed or time-stamped are looked for.

Rows of before the chain kept their digest (migration 0024) are compared by what it kept then: numbers, codes, hashes of texts.
"""

from __future__ import annotations

from typing import Final, LiteralString

from db.core.connection import Connection

# What is compared -> a query for the first difference: (table, row, what differs). Each reads the audit once, by its actions.
_DIFFERENCES: Final[dict[str, LiteralString]] = {
    "verdicts": """
WITH c AS MATERIALIZED (SELECT id, (after->>'verdict')::bigint AS verdict, after->>'code' AS code, after->>'sha256' AS sha256, after->>'row' AS row
                          FROM audit WHERE action = 'verdict.propose')
SELECT coalesce(v.id, c.verdict), CASE WHEN c.id IS NULL THEN 'no row of the chain tells of it' WHEN v.id IS NULL THEN 'it is gone, row ' || c.id || ' tells of it'
                                       ELSE 'it is not what row ' || c.id || ' tells of' END
  FROM verdicts v FULL JOIN c ON c.verdict = v.id
 WHERE c.id IS NULL OR v.id IS NULL OR (v.code, v.text_sha256) IS DISTINCT FROM (c.code, c.sha256) OR c.row <> row_digest(v)
 ORDER BY 1 LIMIT 1""",
    "verdict_decisions": """
WITH c AS MATERIALIZED (SELECT id, (after->>'verdict')::bigint AS verdict, (after->>'decision')::bigint AS decision, after->>'row' AS row,
                               replace(action, 'verdict.', '') AS what
                          FROM audit WHERE action IN ('verdict.approve', 'verdict.return', 'verdict.split'))
SELECT coalesce(d.id, c.decision), CASE WHEN d.id IS NULL THEN 'it is gone, row ' || c.id || ' tells of it' WHEN c.id IS NULL THEN 'no row of the chain tells of it'
                                        ELSE 'it is not what row ' || c.id || ' tells of' END
  FROM verdict_decisions d FULL JOIN (SELECT * FROM c WHERE decision IS NOT NULL) c ON c.decision = d.id
 WHERE CASE WHEN d.id IS NULL THEN true
            WHEN c.id IS NULL THEN NOT EXISTS (SELECT FROM c o WHERE o.decision IS NULL AND o.verdict = d.verdict_id AND o.what = d.decision)
            ELSE c.row <> row_digest(d) END
 ORDER BY 1 LIMIT 1""",
    "evidence": """
WITH c AS MATERIALIZED (SELECT id, (after->>'id')::bigint AS of, after->>'row' AS row FROM audit WHERE action = 'evidence.add')
SELECT coalesce(e.id, c.of), CASE WHEN e.id IS NULL THEN 'it is gone, row ' || c.id || ' tells of it' WHEN c.id IS NULL THEN 'no row of the chain tells of it'
                                  ELSE 'it is not what row ' || c.id || ' tells of' END
  FROM evidence e FULL JOIN c ON c.of = e.id
 WHERE e.id IS NULL OR c.id IS NULL AND e.id > (SELECT min(of) FROM c) OR c.row <> row_digest(e)
 ORDER BY 1 LIMIT 1""",
    "contact_attempts": """
WITH c AS MATERIALIZED (SELECT id, (after->>'id')::bigint AS of, after->>'row' AS row FROM audit WHERE action = 'attempt.add')
SELECT coalesce(e.id, c.of), CASE WHEN e.id IS NULL THEN 'it is gone, row ' || c.id || ' tells of it' WHEN c.id IS NULL THEN 'no row of the chain tells of it'
                                  ELSE 'it is not what row ' || c.id || ' tells of' END
  FROM contact_attempts e FULL JOIN c ON c.of = e.id
 WHERE e.id IS NULL OR c.id IS NULL AND e.id > (SELECT min(of) FROM c) OR c.row <> row_digest(e)
 ORDER BY 1 LIMIT 1""",
    "publications": """
WITH c AS MATERIALIZED (SELECT id, (after->>'publication')::bigint AS publication, (after->>'verdict')::bigint AS verdict, after->>'code' AS code,
                               after->>'row' AS row, replace(action, 'bulletin.', '') AS kind, subject
                          FROM audit WHERE action IN ('bulletin.label', 'bulletin.correction', 'bulletin.withdrawal'))
SELECT coalesce(p.id, c.publication), CASE WHEN p.id IS NULL THEN 'it is gone, row ' || c.id || ' tells of it' WHEN c.id IS NULL THEN 'no row of the chain tells of it'
                                           ELSE 'it is not what row ' || c.id || ' tells of' END
  FROM publications p FULL JOIN (SELECT * FROM c WHERE publication IS NOT NULL) c ON c.publication = p.id
 WHERE CASE WHEN p.id IS NULL THEN true
            WHEN c.id IS NULL THEN NOT EXISTS (SELECT FROM c o WHERE o.publication IS NULL AND o.subject = 'claim:' || p.claim_id
                                                 AND (o.kind, o.verdict, o.code) = (p.kind, p.verdict_id, p.code))
            ELSE c.row <> row_digest(p) END
 ORDER BY 1 LIMIT 1""",
    "digests": """
WITH c AS MATERIALIZED (SELECT DISTINCT ON (subject) id, action, after, subject FROM audit
                         WHERE action IN ('digest.draft', 'digest.edit', 'digest.approve', 'digest.return', 'digest.issue', 'digest.discard')
                         ORDER BY subject, id DESC)
SELECT coalesce(d.id, substr(c.subject, 8)::bigint), CASE WHEN d.id IS NULL THEN 'it is gone, row ' || c.id || ' tells of it'
         WHEN c.id IS NULL THEN 'no row of the chain tells of it' ELSE 'it is not what row ' || c.id || ' tells of' END
  FROM digests d FULL JOIN c ON c.subject = 'digest:' || d.id
 WHERE d.id IS NULL OR c.id IS NULL
    OR d.state <> CASE c.action WHEN 'digest.draft' THEN 'draft' WHEN 'digest.approve' THEN 'approved' WHEN 'digest.issue' THEN 'issued'
                                WHEN 'digest.discard' THEN 'discarded' ELSE 'edited' END
    OR c.action = 'digest.issue' AND ((c.after->>'number')::int IS DISTINCT FROM d.number OR (c.after->>'signed_on')::date IS DISTINCT FROM d.signed_on
         OR c.after->>'content' <> encode(sha256(convert_to(d.content::text, 'UTF8')), 'hex'))
 ORDER BY 1 LIMIT 1""",
    "digest_files": """
WITH c AS MATERIALIZED (SELECT id, subject, after->>'format' AS format, after->>'sha256' AS sha256 FROM audit WHERE action = 'digest.file')
SELECT coalesce(f.digest_id, substr(c.subject, 8)::bigint), coalesce(f.format, c.format) || ': ' || CASE WHEN f.digest_id IS NULL THEN 'it is gone, row ' || c.id || ' tells of it'
         WHEN c.id IS NULL THEN 'no row of the chain tells of it' ELSE 'it is not what row ' || c.id || ' tells of' END
  FROM digest_files f FULL JOIN c ON c.subject = 'digest:' || f.digest_id AND c.format = f.format
 WHERE f.digest_id IS NULL OR c.id IS NULL OR c.sha256 <> f.sha256 OR c.sha256 <> encode(sha256(f.bytes), 'hex')
 ORDER BY 1 LIMIT 1""",
    "users": """
SELECT u.id, CASE WHEN c.id IS NULL THEN 'no row of the chain tells of it' ELSE 'it is not what row ' || c.id || ' tells of' END
  FROM users u LEFT JOIN LATERAL (SELECT id, after FROM audit WHERE subject = 'users:' || u.name AND action IN ('insert', 'update') ORDER BY id DESC LIMIT 1) c ON true
 WHERE c.id IS NULL
    OR NOT (to_jsonb(u) || jsonb_build_object('sign_in', sign_in_digest(u.password_hash, u.totp_secret)))
           @> (c.after - ARRAY['created_at', 'disabled_at', 'entrusted_at'])
    OR ((c.after->>'created_at')::timestamptz, (c.after->>'disabled_at')::timestamptz) IS DISTINCT FROM (u.created_at, u.disabled_at)
    OR c.after ? 'entrusted_at' AND (c.after->>'entrusted_at')::timestamptz IS DISTINCT FROM u.entrusted_at
 ORDER BY 1 LIMIT 1""",
    "heads": """
SELECT row, what || ' holds another hash of it' FROM (
  SELECT s.printed_row AS row, 'digest ' || s.digest_id AS what, s.printed_head AS hash FROM digest_steps s WHERE s.printed_head IS NOT NULL
  UNION ALL SELECT substr(t.subject, 7)::bigint, 'a time stamp', convert_from(t.data, 'UTF8') FROM stamp_requests t WHERE t.subject LIKE 'audit:%'
) h WHERE NOT EXISTS (SELECT FROM audit a WHERE a.id = h.row AND a.hash = h.hash) ORDER BY 1 LIMIT 1""",
}
_SAID: Final = {"heads": "row"}


def difference(conn: Connection) -> str | None:
    """One line on the first row that differs from what the chain tells; None where all agree."""
    for table, query in _DIFFERENCES.items():
        found = conn.execute(query).fetchone()
        if found is not None:
            return f"{_SAID.get(table, table)} {found[0]}: {found[1]}"
    return None
