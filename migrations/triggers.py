"""Guards that live in the database itself, the same promises on both: registers are append-only, vouchers balance,
and on PostgreSQL no company sees another's row. A migration that makes tables calls `create_guards` at its end.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, inspect, text

from migrations.planner import steady_plans
from webapp.models import metadata

# What stands in the books for ever: a mistake is answered by a reversal, so no row is changed or taken away.
APPEND_ONLY: dict[str, str] = {
    "voucher": "a posted voucher is never changed or deleted: reverse it",
    "journal_line": "a posted journal line is never changed or deleted: reverse its voucher",
    "cost_allocation": "what a cost centre bears is never changed or deleted: reverse its voucher",
    "stock_movement": "a stock movement is never changed or deleted: reverse its document",
    "transfer": "a transfer is never changed or deleted: recall it, or send the goods back",
    "transfer_line": "a line of a transfer is never changed or deleted: recall the transfer",
    "transfer_receipt": "a received transfer is never changed or deleted: adjust, or send the goods back",
    "transfer_receipt_line": "what arrived is never changed or deleted: adjust, or send the goods back",
    "transfer_recall": "a recall is never changed or deleted: send the goods again",
    "serial_move": "a move of a serial number is never changed or deleted: reverse its document",
    "stock_making": "what was made out of what is never changed or deleted: cancel the journal",
    "stock_journal": "a stock journal is never changed or deleted: cancel it",
    "stock_journal_line": "a line of a stock journal is never changed or deleted: cancel the journal",
    "stock_journal_cost": "a cost of a stock journal is never changed or deleted: cancel the journal",
    "stock_journal_cancellation": "that a stock journal was cancelled is never changed or deleted: post another",
    "stock_adjustment": "a stock adjustment is never changed or deleted: post another",
    "stock_count": "a stock count is never changed or deleted: cancel it",
    "stock_count_entry": "an entry of a count is never changed or deleted: undo it",
    "stock_count_end": "how a count ended is never changed or deleted: start another",
    "stock_count_line": "a line of a posted count is never changed or deleted: count again",
    "invoice": "an issued bill is never changed or deleted: cancel it",
    "invoice_line": "a line of an issued bill is never changed or deleted: cancel the bill",
    "invoice_tender": "a payment of an issued bill is never changed or deleted: cancel the bill",
    "invoice_offer": "what a scheme took off a bill is never changed or deleted: cancel the bill",
    "invoice_supply": "what an issued bill says is never changed or deleted: cancel the bill",
    "invoice_together": "what an issued bill says is never changed or deleted: cancel the bill",
    "invoice_particular": "what an issued bill says is never changed or deleted: cancel the bill",
    "receipt": "a receipt is never changed or deleted: reverse it",
    "cheque_move": "a step of a cheque is never changed or deleted: take the next one",
    "write_off": "a write-off is never changed or deleted: cancel it",
    "write_off_line": "a line of a write-off is never changed or deleted: cancel it",
    "write_off_cancellation": "that a write-off was cancelled is never changed or deleted",
    "interest_note": "a note of interest is never changed or deleted: cancel it",
    "interest_line": "a line of a note of interest is never changed or deleted: cancel the note",
    "interest_cancellation": "that a note of interest was cancelled is never changed or deleted",
    "reminder": "a reminder is never changed or deleted: note another",
    "dunning_step": "that a rule was sent for a bill is never changed or deleted",
    "cash_move": "a cash movement is never changed or deleted: enter another",
    "voucher_version": "a version of a voucher is never changed or deleted: save another",
    "year_close": "the figures of a closed year are never changed or deleted: re-open it and close it again",
    "year_reopening": "that a year was re-opened is never changed or deleted",
    "year_final_lock": "a final lock is never taken away",
    "price_change": "the past of a price is never changed or deleted: change the price",
    "goods_receipt": "a goods receipt is never changed or deleted: cancel it",
    "goods_receipt_line": "a line of a goods receipt is never changed or deleted: cancel the receipt",
    "purchase_bill": "a supplier's bill that stands is never changed or deleted: cancel it",
    "purchase_bill_line": "a line of a supplier's bill is never changed or deleted: cancel the bill",
    "reverse_charge_payment": "a payment is never changed or deleted: cancel it",
    "rate_restatement": "a restatement is never changed or deleted: cancel it",
    "rate_restatement_line": "a line of a restatement is never changed or deleted: cancel it",
    "consigned_item": "whose goods an item is is never changed or deleted: make another item",
    "consignment_return": "a return to a consignor is never changed or deleted: cancel it",
    "consignment_return_line": "a line of a return to a consignor is never changed or deleted: cancel the return",
    "purchase_cancellation": "that a purchase was cancelled is never changed or deleted",
    "gst_filing": "a filed return is never changed or deleted: take the filing back",
    "gst_reopening": "that a filing was taken back is never changed or deleted",
    "gst_settlement": "how a filed return was paid is never changed or deleted: take the filing back",
    "gst_ledger_entry": "an entry of a ledger of the GST portal is never changed or deleted: take back what made it",
    "gst_challan": "a deposit is never changed or deleted: cancel it",
    "gst_challan_cancellation": "that a deposit was cancelled is never changed or deleted: enter it anew",
    "gst_tax_credited": "tax that others deducted or collected is never changed or deleted: cancel it",
    "gst_tax_credited_cancellation": "that a credit was cancelled is never changed or deleted: enter it anew",
    "operator_supply": "a supply under section 9(5) is never changed or deleted: take it back",
    "operator_supply_reversal": "that a supply was taken back is never changed or deleted: enter it anew",
    "gst_inward_file": "that a file was imported is never changed or deleted: import a newer one",
    "share_move": "an entry of the register of shares is never changed or deleted: take it back",
    "company_plan": "a plan that was granted is never changed or deleted: give another",
    "edit_log": "the edit log is never changed or deleted",
}

# What the relay reads for every company (webapp.platform.outbox), and no other table.
RELAYED = frozenset({"outbox_event", "job_effect", "job_failure", "job_cancellation", "job_progress"})

_BALANCE_FUNCTION = """
create or replace function munim_voucher_balances() returns trigger language plpgsql as $$
declare
  own bigint := new.company_id;
  sought uuid;
  found_lines bigint;
  found_sum numeric;
begin
  sought := case when tg_table_name = 'voucher' then (to_jsonb(new) ->> 'id')::uuid else (to_jsonb(new) ->> 'voucher_id')::uuid end;
  select count(*), coalesce(sum(amount_paise), 0) into found_lines, found_sum
    from journal_line where company_id = own and voucher_id = sought;
  if found_lines < 2 or found_sum <> 0 then
    raise exception 'voucher % does not balance: % lines, debits less credits % paise', sought, found_lines, found_sum
      using errcode = 'check_violation';
  end if;
  return null;
end $$
"""


def create_guards(connection: Connection) -> None:
    """Guard every table there is, and steady SQLite's plans for it. Safe to repeat.

    A table that a later migration makes is guarded by calling it again.
    """
    tables = set(inspect(connection).get_table_names()) & set(metadata.tables)
    statements = _postgresql(tables) if connection.dialect.name == "postgresql" else _sqlite(tables, _triggers(connection))
    for statement in statements:
        connection.execute(text(statement.replace(":", "\\:")))
    steady_plans(connection, tables)


def drop_guards(connection: Connection, table: str) -> None:
    """Take the append-only guard off one table. For the tests that plant faults; no migration does it."""
    if connection.dialect.name == "postgresql":
        for trigger in ("append_only", "append_only_whole", "voucher_balances"):
            connection.execute(text(f"drop trigger if exists {trigger} on {table}"))
    else:
        for act in ("update", "delete"):
            connection.execute(text(f"drop trigger if exists {table}_no_{act}"))


def company_tables(tables: set[str]) -> list[str]:
    """Those of `tables` whose key begins with the company: each row is one company's own."""
    return sorted(name for name in tables if _belongs_to_a_company(metadata.tables[name]))


def _belongs_to_a_company(table: Any) -> bool:
    from webapp.platform.db import Base
    from webapp.platform.tenancy import CompanyScoped

    return any(mapper.local_table is table and issubclass(mapper.class_, CompanyScoped) for mapper in Base.registry.mappers)


def _triggers(connection: Connection) -> set[str]:
    return set(connection.scalars(text("select sql from sqlite_schema where type = 'trigger'")))


def _sqlite(tables: set[str], there: set[str]) -> list[str]:
    """What is still to be done. A table that was made anew in a batch has lost its triggers."""
    statements = []
    for table in sorted(tables & set(APPEND_ONLY)):
        words = APPEND_ONLY[table].replace("'", "''")
        for act in ("update", "delete"):
            guard = f"CREATE TRIGGER {table}_no_{act} before {act} on {table} begin select raise(abort, '{words}'); end"
            if guard not in there:
                statements += [f"drop trigger if exists {table}_no_{act}", guard]
    return statements


def _postgresql(tables: set[str]) -> list[str]:
    statements = []
    for table in sorted(tables & set(APPEND_ONLY)):
        words = APPEND_ONLY[table].replace("'", "''")
        function = f"munim_{table}_is_append_only"
        statements += [
            f"create or replace function {function}() returns trigger language plpgsql as $$ begin raise exception '{words}'; end $$",
            f"drop trigger if exists append_only on {table}",
            f"create trigger append_only before update or delete on {table} for each row execute function {function}()",
            f"drop trigger if exists append_only_whole on {table}",
            f"create trigger append_only_whole before truncate on {table} for each statement execute function {function}()",
        ]
    if {"voucher", "journal_line"} <= tables:
        statements.append(_BALANCE_FUNCTION)
        for table in ("voucher", "journal_line"):
            # Deferred: the lines come after the header, and the sum is true only when the last has come.
            deferred = "deferrable initially deferred for each row execute function munim_voucher_balances()"
            statements.append(f"drop trigger if exists voucher_balances on {table}")
            statements.append(f"create constraint trigger voucher_balances after insert on {table} {deferred}")
    for table in company_tables(tables):
        own = "company_id = nullif(current_setting('app.company', true), '')::bigint"
        if table in RELAYED:
            own += " or current_setting('app.relay', true) = 'on'"
        statements += [
            f"alter table {table} enable row level security",
            # FORCE: the owner of the tables is the role the program signs in as, and it is bound too.
            f"alter table {table} force row level security",
            f"drop policy if exists own_company on {table}",
            f"create policy own_company on {table} using ({own}) with check ({own})",
        ]
    return statements
