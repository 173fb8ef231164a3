/** Starts what every page of the back office shares. Each part is its own file; none needs another to have run. */
import { watchDevice } from "./device.js";
import { watchDialogs } from "./dialogs.js";
import { watchFinder } from "./finder.js";
import { watchForms } from "./forms.js";
import { watchKeys } from "./keys.js";
import { watchLeaving } from "./leaving.js";
import { watchNetwork } from "./network.js";
import { watchScans } from "./scanning.js";
import { watchTimes } from "./times.js";

watchDevice();
watchDialogs();
watchFinder();
watchForms();
watchKeys();
watchLeaving();
watchNetwork();
watchScans();
watchTimes();
