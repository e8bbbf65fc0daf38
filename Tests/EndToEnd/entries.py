"""What the end-to-end tests need to change entries and to see which figures follow."""

from reports import fetch_report, figures_of, request_id

KEEPERS = ("registry", "exhibitions", "talent")
HEADER_GIVEN = ("id", "revision", "etag", "quarantineIds", "createTime", "recordedBy", "recordTime", "deleted")


def service_of(key):
    return key.split("/", 1)[0]


def is_of_entries(key):
    parts = key.split("?")[0].split("/")
    return parts[0] in KEEPERS and len(parts) == 5 and parts[1] != "federations"


def call(stack, service, rpc, message):
    """`rpc` is "FigureService/BatchGetFigures"."""
    name, method = rpc.split("/")
    return stack.ask(f"lianshe.{service}.v1.{name}", method, message, target=service)


def entry_keys(stack, years=("2013", "2016")):
    """Every figure of entries that the reports compute."""
    keys = set()
    for year in years:
        keys |= {key for key, figure in figures_of(fetch_report(stack, year)).items()
                 if is_of_entries(key) and figure["mark"] == "MARK_COMPUTED"}
    return keys


def values(stack, keys):
    """key → what it prints, its mark and its exact value, asked of the services themselves."""
    found = {}
    for service in KEEPERS:
        own = sorted(key for key in keys if service_of(key) == service)
        if own:
            figures = call(stack, service, "FigureService/BatchGetFigures", {"keys": own})["figures"]
            found.update({figure["key"]: (figure.get("printed", "") + figure.get("printedUnit", ""), figure["mark"],
                                          figure.get("quantity")) for figure in figures})
    return found


def records(stack, key):
    """Ids of the entries behind a figure, and their kind."""
    service, token, found = service_of(key), "", []
    while True:
        answer = call(stack, service, "FigureService/ExplainFigure", {"key": key, "pageSize": 1000, "pageToken": token})
        found += answer["explanation"].get("records", [])
        token = answer["explanation"].get("nextPageToken", "")
        if not token:
            return [(record["recordType"], record["recordId"]) for record in found]


def get(stack, service, identity):
    return call(stack, service, "EntryService/GetEntry", {"id": identity})["entry"]


def content_of(entry):
    """Name of the content on the wire, and the content."""
    [name] = [name for name in entry if name != "header"]
    return name, entry[name]


def update(stack, service, entry, field, value):
    """Sets one field; the entry as it is then."""
    name, content = content_of(entry)
    camel = camel_case(field)
    header = {key: entry["header"][key] for key in ("id", "etag")}
    changed = {"header": header, name: {**content, camel: value}}
    return call(stack, service, "EntryService/UpdateEntry",
                {"requestId": request_id(), "entry": changed, "updateMask": [field]})["entry"]


def create(stack, service, entry):
    """Enters again what an entry said; it gets another id."""
    name, content = content_of(entry)
    header = {key: value for key, value in entry["header"].items() if key not in HEADER_GIVEN}
    return call(stack, service, "EntryService/CreateEntry",
                {"requestId": request_id(), "entry": {"header": header, name: content}})["entry"]


def camel_case(name):
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
