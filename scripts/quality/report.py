"""The page docs/quality.md: tables in Markdown from scores and placings.

`page` is called by scripts/quality/run with
  scores     {method: {set: result of score_discovery.score}}; the engine's methods are "at arrival" and "after repair"
  left_out   the same for the engine, each set answered by a model that learned from other families of sets only
  families   {set: its family}
  answers    {method: {set: {messageId: {purpose, confidence}}}}
  unseen     the same for the answers of `left_out`
  labels     {set: {messageId: {userId, purpose}}}
  whole      (scores, answers, labels) of the engine for development sets that were left out whole
  searches   the same for searches, which have no development set
"""
import collections
import datetime
import math
import statistics

ENGINE = ["at arrival", "after repair"]
STRESS_TESTS = {"irc_dev"}                         # left out of the means
STRONGEST_BASELINE = "agglomerative"
BINS = 10
CONTENTS = {
    "sgdx_dev": "dialogues, searches, pages and orders of several purposes, truly interleaved",
    "sgd_dev": "the same kind of content on one real person's time line",
    "clincx_dev": "customer-service utterances on interleaved time lines",
    "bpic12_dev": "loan applications of one bank; a purpose is one application",
    "irc_dev": "chat rooms, some fifty conversations at once: a stress test, left out of the means",
}

LEFT_OUT_TEXT = """## A whole family of sets left out

The engine learned nothing from any set of the same family, training sets included: this is what to expect of a kind of
stream it has never seen. Two limits: the training set `mixed_train` stays in, and it holds some dialogues, utterances and
loan applications; and `sgdx_dev` and `clincx_dev` lay different content on the same people's time lines, so that the rhythm
of one was seen while the other was left out. "All sets" is the cross-validation above.

"""
CALIBRATION_TEXT = """## Calibration

Does the confidence that the engine reports mean what it says? An event is right when it was put where its true purpose
is at home, and that purpose's events are the most there: at home is where (its events)² / all events is greatest, over the
whole stream. So an event that was put into other company is wrong, and so is one that opened a purpose of its own beside
the one it belonged to. Every event weighs the same, all sets together.

"""

ERRORS_TEXT = """
Expected calibration error, the mean distance of confidence and share right over the bins, weighed by events; also where the
whole family of the set was left out of learning (decision 0017 tells what was tried against that). "Company alone" is what it
would be if it were no fault to open too many purposes: an event placed alone is then always right.

"""


# ---------------------------------------------------------------------------------------------------------- small parts
def table(head, rows):
    """A Markdown table; the first column is text, the others are figures."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)] + rows
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def standard_error(values):
    return statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0


def per_customer(result, measure):
    return {user: row[measure] for user, row in result["perCustomer"].items()}


def score_and_error(result):
    """bcubF, its standard error over customers, and kRel."""
    error = standard_error(list(per_customer(result, "bcubF").values()))
    return f"{result['macro']['bcubF']:.3f} ± {error:.3f} / {result['macro']['kRel']:.2f}"


def score_alone(result):
    return f"{result['macro']['bcubF']:.3f} / {result['macro']['kRel']:.2f}"


def mean_score(results):
    mean = {measure: statistics.fmean(result["macro"][measure] for result in results) for measure in ("bcubF", "kRel")}
    return score_alone({"macro": mean})


def paired_difference(result, other):
    """Mean difference of bcubF over the same customers, with its standard error."""
    first, second = per_customer(result, "bcubF"), per_customer(other, "bcubF")
    differences = [first[user] - second[user] for user in first]
    return f"{statistics.fmean(differences):+.3f} ± {standard_error(differences):.3f}"


def engine_measured(scores):
    return all(method in scores for method in ENGINE)


# --------------------------------------------------------------------------------------------------------------- tables
def introduction(scores, folds, command):
    sets = next(iter(scores.values()))
    contents = "\n".join(f"- `{name}`: {CONTENTS[name]} ({result['customers']} customers, {result['events']:,} events, "
                         f"{result['purposes']:,} purposes)." for name, result in sets.items())
    return f"""# Quality of discovery

How well the purposes that Throughline finds in each person's events match the purposes that people, or the records of a
process, say were there. Made on {datetime.date.today().isoformat()} by

    {command}

The development sets are public, labelled data turned into event streams:

{contents}

**The measure** is B-cubed F, computed for each customer and averaged over customers, so that every customer weighs the
same; 1 is a perfect answer. Behind the slash stands kRel, the error of the number of purposes, divided by the true number:
0 is perfect. After ± stands one standard error over customers. A lead within two standard errors may be chance.

**At arrival** is the purpose given to an event when it came, with nothing later read. **After repair** is the purpose at
the end, when the repair at the end of a session has moved what later events showed to be misplaced.

**Cross-validation.** The engine learns from the training sets and from {folds - 1} of {folds} parts of the development
customers, and answers for the customers of the remaining part; this is done {folds} times, with one model for all sets each
time. Customers of different sets who share a time line are kept in the same part.

**Baselines.** `one` puts everything into one purpose. `sessions` starts a purpose after 30 minutes without an event.
`agglomerative` clusters all-MiniLM-L6-v2 sentence vectors and time by average link. `hdbscan` gives the same distances
to HDBSCAN. The last two read a customer's whole stream before they answer, so compare them with the engine after repair. Their
settings were chosen on training customers, one configuration for all sets.
"""


def main_table(scores):
    methods = list(scores)
    sets = list(next(iter(scores.values())))
    rows = [[f"`{name}`"] + [score_and_error(scores[method][name]) for method in methods] for name in sets]
    usual = [name for name in sets if name not in STRESS_TESTS]
    if len(usual) > 1:
        rows.append([f"mean of {len(usual)}"] + [mean_score([scores[method][name] for name in usual]) for method in methods])
    head = ["set"] + [f"engine, {method}" if method in ENGINE else f"`{method}`" for method in methods]
    return "## B-cubed F / kRel\n\n" + table(head, rows)


def engine_table(scores):
    measures = ["pairF", "exF", "ARI"]
    head = ["set"] + [f"{measure}, {method}" for method in ENGINE for measure in measures]
    head += [f"lead over `{STRONGEST_BASELINE}`, {method}" for method in ENGINE]
    rows = []
    for name in scores[ENGINE[0]]:
        figures = [f"{scores[method][name]['macro'][measure]:.3f}" for method in ENGINE for measure in measures]
        leads = [paired_difference(scores[method][name], scores[STRONGEST_BASELINE][name]) for method in ENGINE]
        rows.append([f"`{name}`"] + figures + leads)
    return ("## The engine by other measures\n\n"
            "pairF counts pairs of events in one purpose; exF counts purposes of two or more events found exactly; ARI is the "
            "adjusted\nRand index, 0 for chance. The lead is the difference in B-cubed F over the same customers, with its "
            "standard error.\n\n" + table(head, rows))


def left_out_table(scores, left_out, families):
    head = ["set", "family left out"] + [f"{method}, {kind}" for method in ENGINE for kind in ("family left out", "all sets")]
    head.append("change after repair")
    rows = []
    for name, result in left_out[ENGINE[0]].items():
        figures = [score_alone(source[method][name]) for method in ENGINE for source in (left_out, scores)]
        change = paired_difference(left_out[ENGINE[1]][name], scores[ENGINE[1]][name])
        rows.append([f"`{name}`", families[name]] + figures + [change])
    return LEFT_OUT_TEXT + table(head, rows)


WHOLE_TEXT = """## Development sets left out whole

The engine learned from the training sets and simulated people alone, nothing from any development set, and answered for all
of them: other people, texts and purposes of kinds it knows. ECE is the expected calibration error (below).

"""

SEARCHES_TEXT = """## Searches

There is no development set of search histories. Here the people of `search_train` are held back in turn, as in the
cross-validation: other people, of a set that others of it were learned from.

"""


def scores_and_errors_table(text, scores, answers, labels):
    """B-cubed F / kRel and the calibration error of each set, with the mean of the usual sets and all events."""
    pairs = all_confidences(answers, labels)
    head = ["set"] + [f"B-cubed F / kRel, {method}" for method in ENGINE] + [f"ECE, {method}" for method in ENGINE]
    rows = [[f"`{name}`"] + [score_and_error(scores[method][name]) for method in ENGINE]
            + [calibration_error(pairs[method][name]) for method in ENGINE] for name in labels]
    usual = [name for name in labels if name not in STRESS_TESTS]
    if len(usual) > 1:
        rows.append([f"mean of {len(usual)}"] + [mean_score([scores[method][name] for name in usual]) for method in ENGINE]
                    + ["", ""])
        rows.append(["all events", "", ""] + [calibration_error(pairs[method]["all events"]) for method in ENGINE])
    return text + table(head, rows)


OWN_MODEL_TEXT = """
## Chat rooms with a model of their own

The one set with figures that others published (Kummerfeld et al. 2019, an ensemble, on more messages of the same channel): VI
0.915, one-to-one 0.760, exact F 0.380. Here the engine learned from chat rooms alone; all rooms are taken together, as there.
VI is one minus the variation of information over its greatest value, one-to-one the best matching of found to true
conversations, exact F that of conversations found without a mistake.

"""


def own_model_table(own):
    rows = []
    for method, by_set in own.items():
        for name, result in by_set.items():
            pooled = result["pooled"]
            rows.append([f"`{name}`, {method}", score_alone(result)] + [f"{pooled[measure]:.3f}" for measure in ("VI", "1-1", "exF")])
    return OWN_MODEL_TEXT + table(["set", "B-cubed F / kRel", "VI", "one-to-one", "exact F"], rows)


# ---------------------------------------------------------------------------------------------------------- calibration
def right_events(placings, labels, company_alone=False):
    """{messageId: was it put where its true purpose is at home?}; ties go to the earlier one. With company_alone it is
    enough that its true purpose is the one most events beside it have: opening too many purposes is then no fault."""
    members = collections.defaultdict(list)
    for message, row in labels.items():
        if message in placings:
            members[row["userId"], placings[message]["purpose"]].append(message)
    most, home = {}, {}
    for place, messages in members.items():
        counts = collections.Counter(labels[message]["purpose"] for message in messages)
        most[place] = counts.most_common(1)[0][0]
        for purpose, own in counts.items():
            worth = own * own / len(messages)
            if worth > home.get((place[0], purpose), (0, None))[0]:
                home[place[0], purpose] = worth, place
    right = {}
    for place, messages in members.items():
        for message in messages:
            purpose = labels[message]["purpose"]
            right[message] = most[place] == purpose and (company_alone or home[place[0], purpose][1] == place)
    return right


def confidences(placings, labels, company_alone=False):
    """[(confidence, right)] of the placings that report a confidence."""
    right = right_events(placings, labels, company_alone)
    return [(placings[message]["confidence"], value) for message, value in right.items()
            if placings[message].get("confidence") is not None]


def into_bins(pairs):
    bins = [[] for _ in range(BINS)]
    for confidence, right in pairs:
        bins[max(0, min(int(confidence * BINS), BINS - 1))].append((confidence, right))
    return bins


def mean_confidence_and_share_right(pairs):
    return statistics.fmean(pair[0] for pair in pairs), statistics.fmean(pair[1] for pair in pairs)


def calibration_error(pairs):
    """Expected calibration error, as text: |mean confidence - share right| of the bins, weighed by their events."""
    if not pairs:
        return ""
    total = 0.0
    for group in into_bins(pairs):
        if group:
            said, was = mean_confidence_and_share_right(group)
            total += len(group) * abs(said - was)
    return f"{total / len(pairs):.3f}"


def bin_cells(group):
    if not group:
        return ["0", "", ""]
    said, was = mean_confidence_and_share_right(group)
    return [f"{len(group):,}", f"{said:.3f}", f"{was:.3f}"]


def all_confidences(answers, labels, company_alone=False):
    """{method: {set: [(confidence, right)]}}, "all events" among the sets."""
    pairs = {method: {name: confidences(placings, labels[name], company_alone) for name, placings in answers[method].items()}
             for method in ENGINE}
    for by_set in pairs.values():
        by_set["all events"] = [pair for of_set in by_set.values() for pair in of_set]
    return pairs


def calibration(answers, left_out, labels):
    pairs = all_confidences(answers, labels)
    if not all(pairs[method]["all events"] for method in ENGINE):
        return "## Calibration\n\nThe engine reported no confidence.\n"
    head = ["confidence"] + [f"{what}, {method}" for method in ENGINE for what in ("events", "mean confidence", "share right")]
    bins = {method: into_bins(pairs[method]["all events"]) for method in ENGINE}
    rows = [[f"{number / BINS:.1f} to {(number + 1) / BINS:.1f}"]
            + [cell for method in ENGINE for cell in bin_cells(bins[method][number])] for number in range(BINS)]
    columns = [(method, pairs[method]) for method in ENGINE]
    if left_out:
        unseen = all_confidences(left_out, labels)
        columns += [(f"{method}, family left out", unseen[method]) for method in ENGINE]
    company = all_confidences(answers, labels, company_alone=True)
    columns += [(f"{method}, company alone", company[method]) for method in ENGINE]
    errors = [[name if name == "all events" else f"`{name}`"] + [calibration_error(by_set[name]) for _, by_set in columns]
              for name in [*labels, "all events"]]
    return (CALIBRATION_TEXT + table(head, rows) + ERRORS_TEXT + table(["set"] + [title for title, _ in columns], errors))


def page(scores, left_out, own, families, answers, unseen, labels, whole, searches, folds, command):
    parts = [introduction(scores, folds, command), main_table(scores)]
    if engine_measured(scores):
        parts.append(engine_table(scores))
        parts.append(scores_and_errors_table(WHOLE_TEXT, *whole))
        if searches:
            parts.append(scores_and_errors_table(SEARCHES_TEXT, *searches))
        if left_out:
            parts.append(left_out_table(scores, left_out, families))
        if own:
            parts.append(own_model_table(own))
        parts.append(calibration(answers, unseen, labels))
    return "\n".join(parts)
