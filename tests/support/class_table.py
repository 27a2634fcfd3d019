"""The table of classes as a provider describes it, and the table of types and
operations beside which it is judged."""

import csv
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
OPERATIONS = ROOT / "policy" / "builtin" / "operations.tsv"


def described(rpc):
    """Every class by name, but for those that a site describes."""
    names = [item["name"] for item in rpc.call("object.classes")["items"]
             if not item.get("inventory")]
    return {name: rpc.call("object.classes", {"class": name})
            for name in names}


class Types:
    """Types by class name: number, securing, and bits of operations."""

    def __init__(self):
        self.number, self.secured_by, self.bits = {}, {}, {}
        with open(OPERATIONS, encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                name = row["class"]
                self.number[name] = int(row["type"])
                self.secured_by[name] = row["secured_by"]
                self.bits.setdefault(name, {})[row["operation"]] = \
                    int(row["bit"])

    def masks(self, needs):
        """A role's operations that are these (class, operation)."""
        masks = {}
        for name, operation in needs:
            number = self.number[name]
            masks[number] = masks.get(number, 0) | 1 << self.bits[name][
                operation]
        return [{"ObjectTypeID": number, "GrantedOperations": mask}
                for number, mask in sorted(masks.items())]
