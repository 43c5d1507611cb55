-- What the public tells us and what we tell the public. Written by review_ui.

-- ── reports sent in ─────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE reports (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  receipt_sha256 text NOT NULL UNIQUE,               -- the code itself is only with the person who reported
  received_at    timestamptz NOT NULL DEFAULT now(),
  channel        text NOT NULL DEFAULT 'web' CHECK (channel IN ('web', 'phone', 'paper', 'social', 'api')),
  entered_by     integer REFERENCES users,           -- null: sent in by the public itself
  url            text,
  identity       text,                               -- canonical form of url: the same address is one case
  file_sha256    text REFERENCES uploads,
  what_is_wrong  text NOT NULL CHECK (NOT blank(what_is_wrong)),
  article_id     bigint REFERENCES articles,
  prefix         text,                               -- of the sender's address, truncated; gone after seven days
  quarantined    boolean NOT NULL DEFAULT false,     -- looks like abuse: kept apart, not thrown away
  CHECK (url IS NOT NULL OR file_sha256 IS NOT NULL OR entered_by IS NOT NULL)
);
CREATE INDEX reports_identity ON reports (identity) WHERE identity IS NOT NULL;
CREATE INDEX reports_received ON reports (received_at DESC);
CREATE INDEX reports_prefix ON reports (prefix, received_at DESC) WHERE prefix IS NOT NULL;
GRANT SELECT, INSERT, UPDATE (article_id, prefix, quarantined) ON reports TO kiemtin_app;

-- Which case a report belongs to; a repeat joins the case that is there. What the reporter is told stands here too.
CREATE TABLE report_cases (
  report_id bigint PRIMARY KEY REFERENCES reports,
  case_id   bigint NOT NULL REFERENCES cases,
  linked_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX report_cases_case ON report_cases (case_id);
GRANT SELECT, INSERT, UPDATE ON report_cases TO kiemtin_app;

-- Refused reports and why; the receipt answers with it.
CREATE TABLE report_refusals (
  report_id  bigint PRIMARY KEY REFERENCES reports,
  refused_by integer NOT NULL REFERENCES users,
  refused_at timestamptz NOT NULL DEFAULT now(),
  reason     text NOT NULL CHECK (NOT blank(reason))
);
GRANT SELECT, INSERT ON report_refusals TO kiemtin_app;

-- Contact data: encrypted by the application, in a table of its own, read only through look_at_contact.
CREATE TABLE contacts (
  report_id bigint PRIMARY KEY REFERENCES reports,
  sealed    bytea NOT NULL,
  purpose   text NOT NULL,
  kept_from timestamptz NOT NULL DEFAULT now()
);
GRANT INSERT ON contacts TO kiemtin_app;

-- The only way to a contact: verifiers and approvers, with a reason, and the look is in the audit before it happens.
CREATE FUNCTION look_at_contact(report bigint, person integer, why text) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  u users%ROWTYPE;
  found bytea;
BEGIN
  SELECT * INTO u FROM users WHERE id = person;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role NOT IN ('verifier', 'approver') THEN
    RAISE EXCEPTION 'contacts are for verifiers and approvers' USING ERRCODE = 'KT403';
  END IF;
  IF blank(why) THEN
    RAISE EXCEPTION 'say why the contact is needed' USING ERRCODE = 'KT422';
  END IF;
  PERFORM audit_note(u.name, u.role, 'contact.view', 'report:' || report, NULL, NULL, why);
  SELECT sealed INTO found FROM contacts WHERE report_id = report;
  IF found IS NULL THEN
    RAISE EXCEPTION 'this report has no contact, or it was purged' USING ERRCODE = 'KT404';
  END IF;
  RETURN found;
END $$;
GRANT EXECUTE ON FUNCTION look_at_contact TO kiemtin_app;

-- Whether there is a contact may be known without looking at it.
CREATE FUNCTION has_contact(report bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM contacts WHERE report_id = report)
$$;
GRANT EXECUTE ON FUNCTION has_contact TO kiemtin_app;

-- Purges what may not be kept: contacts some days after the case closed and at most some days after receipt,
-- address prefixes and login prefixes after seven days. Days come from the settings. Answers how many went.
CREATE FUNCTION purge_personal(after_closing integer, at_most integer, prefixes integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  gone integer;
BEGIN
  WITH purged AS (
    DELETE FROM contacts c USING reports r
     WHERE r.id = c.report_id
       AND (c.kept_from < now() - make_interval(days => at_most)
            OR EXISTS (SELECT FROM report_cases rc JOIN cases k ON k.id = rc.case_id
                        WHERE rc.report_id = r.id AND k.state = 'closed'
                          AND k.changed_at < now() - make_interval(days => after_closing))
            OR EXISTS (SELECT FROM report_refusals f WHERE f.report_id = r.id
                          AND f.refused_at < now() - make_interval(days => after_closing)))
    RETURNING c.report_id)
  SELECT count(*) INTO gone FROM purged;
  UPDATE reports SET prefix = NULL WHERE prefix IS NOT NULL AND received_at < now() - make_interval(days => prefixes);
  DELETE FROM login_attempts WHERE at < now() - make_interval(days => prefixes);
  IF gone > 0 THEN
    PERFORM audit_note('desk', NULL, 'contact.purge', 'contacts', NULL, jsonb_build_object('purged', gone), NULL);
  END IF;
  RETURN gone;
END $$;
GRANT EXECUTE ON FUNCTION purge_personal TO kiemtin_app;

-- ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE responses (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id     bigint NOT NULL REFERENCES cases,
  kind        text NOT NULL CHECK (kind IN ('rebuttal', 'reply_to_press', 'ask_correction', 'absorb', 'warn_public', 'none')),
  agency      text,                                  -- who owes it (catalogue name)
  due_on      date,
  drafted_by  integer NOT NULL REFERENCES users,
  drafted_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX responses_case ON responses (case_id, id);
GRANT SELECT, INSERT ON responses TO kiemtin_app;

-- Texts of a response: each change is a new row; the last approved one is what goes out.
CREATE TABLE response_texts (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  response_id bigint NOT NULL REFERENCES responses,
  addressee   text NOT NULL DEFAULT '',
  subject     text NOT NULL CHECK (NOT blank(subject)),
  body        text NOT NULL CHECK (NOT blank(body)),
  text_sha256 text NOT NULL,
  written_by  integer NOT NULL REFERENCES users,
  written_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX response_texts_response ON response_texts (response_id, id);
CREATE TRIGGER response_texts_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON response_texts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON response_texts TO kiemtin_app;

-- A second person approves the text that they saw.
CREATE TABLE response_approvals (
  text_id     bigint PRIMARY KEY REFERENCES response_texts,
  approved_by integer NOT NULL REFERENCES users,
  approved_at timestamptz NOT NULL DEFAULT now(),
  seen_sha256 text NOT NULL
);
CREATE TRIGGER response_approvals_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON response_approvals
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON response_approvals TO kiemtin_app;

CREATE FUNCTION check_response_approval() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  t response_texts%ROWTYPE;
  u users%ROWTYPE;
BEGIN
  SELECT * INTO t FROM response_texts WHERE id = NEW.text_id;
  SELECT * INTO u FROM users WHERE id = NEW.approved_by;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role <> 'approver' THEN
    RAISE EXCEPTION 'answers are approved by approvers alone' USING ERRCODE = 'KT403';
  END IF;
  IF t.written_by = u.id THEN
    RAISE EXCEPTION 'a second person must approve: you wrote this text' USING ERRCODE = 'KT403';
  END IF;
  IF NEW.seen_sha256 IS DISTINCT FROM t.text_sha256
     OR EXISTS (SELECT FROM response_texts n WHERE n.response_id = t.response_id AND n.id > t.id) THEN
    RAISE EXCEPTION 'the text changed since it was shown' USING ERRCODE = 'KT409';
  END IF;
  NEW.approved_at := clock_timestamp();
  PERFORM audit_note(u.name, u.role, 'response.approve', 'case:' || (SELECT case_id FROM responses WHERE id = t.response_id),
                     NULL, jsonb_build_object('text', t.id, 'sha256', t.text_sha256), NULL);
  RETURN NEW;
END $$;
CREATE TRIGGER response_approvals_are_checked BEFORE INSERT ON response_approvals
  FOR EACH ROW EXECUTE FUNCTION check_response_approval();

-- What became of it: sent, answered, corrected, partly, not, unreachable. Proposed by re-checks, settled by people.
CREATE TABLE response_outcomes (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  response_id bigint NOT NULL REFERENCES responses,
  outcome     text NOT NULL CHECK (outcome IN ('sent', 'answered', 'corrected', 'partly', 'not_corrected', 'unreachable', 'fixed')),
  document    text,                                  -- number and date of the paper, as the office gave it
  url         text,
  note        text,
  set_by      integer NOT NULL REFERENCES users,
  set_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX response_outcomes_response ON response_outcomes (response_id, id);
GRANT SELECT, INSERT ON response_outcomes TO kiemtin_app;

-- ── the public bulletin: nothing is edited in place ─────────────────────────────────────────────────────────────
CREATE TABLE publications (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  claim_id     bigint NOT NULL REFERENCES claims,
  verdict_id   bigint NOT NULL REFERENCES verdicts,
  kind         text NOT NULL DEFAULT 'label' CHECK (kind IN ('label', 'correction', 'withdrawal')),
  code         text NOT NULL,                        -- the verdict's code; the words come from the label table of the day
  label        text NOT NULL,                        -- as it read on the day
  claim        text NOT NULL,
  what_is_true text NOT NULL,
  why          text NOT NULL,
  office       text NOT NULL,                        -- the approving office, not a person
  evidence     jsonb NOT NULL DEFAULT '[]',          -- title, issuer, address of what may be named in public
  text_sha256  text NOT NULL,                        -- of what was approved
  published_by integer NOT NULL REFERENCES users,
  published_at timestamptz NOT NULL DEFAULT now(),
  replaces     bigint REFERENCES publications,
  public_note  text                                  -- of a correction or withdrawal: what changed and why
);
CREATE UNIQUE INDEX publications_replaced_once ON publications (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX publications_claim ON publications (claim_id, id);
CREATE TRIGGER publications_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON publications
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON publications TO kiemtin_app;

-- What may reach the public: an approved verdict with a public label, not of a case of accurate criticism, published by
-- an approver, the text unchanged since it was approved, the label in force that day, a note where something is replaced.
CREATE FUNCTION check_publication() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  u users%ROWTYPE;
  f verdicts_in_force%ROWTYPE;
  v verdicts%ROWTYPE;
  c cases%ROWTYPE;
  old publications%ROWTYPE;
BEGIN
  SELECT * INTO u FROM users WHERE id = NEW.published_by;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role <> 'approver' THEN
    RAISE EXCEPTION 'the bulletin is published by approvers alone' USING ERRCODE = 'KT403';
  END IF;
  SELECT k.* INTO c FROM cases k JOIN claims cl ON cl.case_id = k.id WHERE cl.id = NEW.claim_id;
  IF c.id IS NULL THEN
    RAISE EXCEPTION 'the claim belongs to no case' USING ERRCODE = 'KT422';
  END IF;
  IF c.critical THEN
    RAISE EXCEPTION 'a case of accurate criticism is answered, never published as a label' USING ERRCODE = 'KT403';
  END IF;
  SELECT * INTO f FROM verdicts_in_force WHERE claim_id = NEW.claim_id;
  IF NEW.kind <> 'withdrawal' THEN
    IF f.verdict_id IS NULL OR f.verdict_id <> NEW.verdict_id THEN
      RAISE EXCEPTION 'only the verdict in force can be published, and none is approved' USING ERRCODE = 'KT403';
    END IF;
    IF f.code NOT IN ('authentic', 'partly_false', 'fabricated') OR NEW.code <> f.code THEN
      RAISE EXCEPTION 'the verdict "%" carries no public label', f.code USING ERRCODE = 'KT403';
    END IF;
    SELECT * INTO v FROM verdicts WHERE id = f.verdict_id;
    IF NEW.text_sha256 <> v.text_sha256 OR verdict_digest(v) <> v.text_sha256
       OR NEW.what_is_true <> v.what_is_true OR NEW.claim <> (SELECT body FROM claims WHERE id = NEW.claim_id) THEN
      RAISE EXCEPTION 'the text is not the one that was approved' USING ERRCODE = 'KT409';
    END IF;
    IF c.state NOT IN ('publish', 'published', 'follow_up') THEN
      RAISE EXCEPTION 'the case is in state "%": it must reach "publish" first', c.state USING ERRCODE = 'KT409';
    END IF;
  END IF;
  IF NEW.replaces IS NOT NULL THEN
    SELECT * INTO old FROM publications WHERE id = NEW.replaces;
    IF old.claim_id IS DISTINCT FROM NEW.claim_id THEN
      RAISE EXCEPTION 'a correction replaces a publication of the same claim' USING ERRCODE = 'KT422';
    END IF;
  END IF;
  IF (NEW.kind = 'label') <> (NEW.replaces IS NULL) OR NEW.kind <> 'label' AND blank(NEW.public_note) THEN
    RAISE EXCEPTION 'a correction or withdrawal names what it replaces and says publicly what changed and why' USING ERRCODE = 'KT422';
  END IF;
  IF NEW.kind = 'label' AND EXISTS (SELECT FROM publications p WHERE p.claim_id = NEW.claim_id) THEN
    RAISE EXCEPTION 'this claim is published already: a change is a correction' USING ERRCODE = 'KT409';
  END IF;
  NEW.published_at := clock_timestamp();
  PERFORM audit_note(u.name, u.role, 'bulletin.' || NEW.kind, 'claim:' || NEW.claim_id, NULL,
                     jsonb_build_object('verdict', NEW.verdict_id, 'code', NEW.code, 'replaces', NEW.replaces), NEW.public_note);
  RETURN NEW;
END $$;
CREATE TRIGGER publications_are_checked BEFORE INSERT ON publications FOR EACH ROW EXECUTE FUNCTION check_publication();

-- "Đang xác minh": for disasters and public safety only, by one person, for four hours at most.
CREATE TABLE notices (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id    bigint NOT NULL REFERENCES cases,
  body       text NOT NULL CHECK (NOT blank(body)),
  posted_by  integer NOT NULL REFERENCES users,
  posted_at  timestamptz NOT NULL DEFAULT now(),
  ends_at    timestamptz NOT NULL,
  ended_by   integer REFERENCES users,
  ended_at   timestamptz
);
CREATE INDEX notices_case ON notices (case_id);
GRANT SELECT, INSERT, UPDATE (ended_by, ended_at) ON notices TO kiemtin_app;

CREATE FUNCTION check_notice() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  c cases%ROWTYPE;
  u users%ROWTYPE;
BEGIN
  SELECT * INTO c FROM cases WHERE id = NEW.case_id;
  SELECT * INTO u FROM users WHERE id = NEW.posted_by;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role NOT IN ('verifier', 'approver') THEN
    RAISE EXCEPTION 'notices are posted by verifiers and approvers' USING ERRCODE = 'KT403';
  END IF;
  IF c.critical OR c.field IS NULL OR c.field NOT IN ('disaster-epidemic', 'security-order') THEN
    RAISE EXCEPTION 'the notice is for disasters and public safety only, never on criticism' USING ERRCODE = 'KT403';
  END IF;
  IF EXISTS (SELECT FROM notices n WHERE n.case_id = c.id) THEN
    RAISE EXCEPTION 'this case had its notice: what follows is a decision by two persons' USING ERRCODE = 'KT409';
  END IF;
  NEW.posted_at := clock_timestamp();
  NEW.ends_at := NEW.posted_at + interval '4 hours';
  PERFORM audit_note(u.name, u.role, 'notice.post', 'case:' || c.id, NULL, jsonb_build_object('ends_at', NEW.ends_at), NULL);
  RETURN NEW;
END $$;
CREATE TRIGGER notices_are_checked BEFORE INSERT ON notices FOR EACH ROW EXECUTE FUNCTION check_notice();

-- ── tokens of the API ───────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE api_tokens (
  id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name         text NOT NULL,
  token_sha256 text NOT NULL UNIQUE,
  scopes       text[] NOT NULL,                      -- articles events claims reports
  made_by      integer NOT NULL REFERENCES users,
  made_at      timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  ended_at     timestamptz
);
GRANT SELECT, INSERT, UPDATE (ended_at) ON api_tokens TO kiemtin_app;

-- A case is published only together with its text: the step and the publication are one transaction, and the step looks.
CREATE FUNCTION publishing_needs_a_text() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NEW.action = 'publish' AND EXISTS (
      SELECT FROM claims c JOIN verdicts_in_force f ON f.claim_id = c.id
       WHERE c.case_id = NEW.case_id AND f.code IN ('authentic', 'partly_false', 'fabricated')
         AND NOT EXISTS (SELECT FROM publications p WHERE p.claim_id = c.id AND p.verdict_id = f.verdict_id)) THEN
    RAISE EXCEPTION 'publish the approved text of every labelled claim of the case first' USING ERRCODE = 'KT422';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cases_publish_with_a_text BEFORE INSERT ON case_actions FOR EACH ROW EXECUTE FUNCTION publishing_needs_a_text();

-- While somebody else must answer, the clock stands still: leaving "waiting" moves the case's day on by the time waited.
CREATE FUNCTION waiting_stops_the_clock() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  since timestamptz;
BEGIN
  IF NEW.from_state = 'waiting' AND NEW.to_state <> 'waiting' THEN
    SELECT max(at) INTO since FROM case_actions WHERE case_id = NEW.case_id AND to_state = 'waiting';
    UPDATE cases SET due_at = due_at + (NEW.at - since)
     WHERE id = NEW.case_id AND due_at IS NOT NULL AND NEW.at > since;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER cases_clocks_pause AFTER INSERT ON case_actions FOR EACH ROW EXECUTE FUNCTION waiting_stops_the_clock();
