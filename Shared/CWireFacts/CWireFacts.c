// The tables are declared in the header and defined by generated code; what is left for this file
// is to make sure that the layout which both sides rely on is the one they were written for.
#include "CWireFacts.h"

_Static_assert(sizeof(WireFieldFacts) == 3 * sizeof(void *), "a field's facts are three words");
_Static_assert(sizeof(WireMessageFacts) == 4 * sizeof(void *), "and a message's four");
