"""Our own words for each event, in English and Hindi: a subject and a text. A business may put its own in their place.

Loaded by whoever writes or shows a message, not when the program starts.
"""

from __future__ import annotations

from collections.abc import Mapping

USUAL: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "invoice_posted": {
        "en": ("Your bill {number} from {shop}", "Dear {party}, your bill {number} of {day} for {amount} from {shop}. Thank you. {link}"),
        "hi": ("{shop} से आपका बिल {number}", "प्रिय {party}, {shop} से {day} का आपका बिल {number}, राशि {amount}। धन्यवाद। {link}"),
    },
    "invoice_link": {
        "en": ("Your bill {number} from {shop}", "Dear {party}, here is your bill {number} of {day} for {amount} from {shop}: {link}"),
        "hi": ("{shop} से आपका बिल {number}", "प्रिय {party}, {shop} से {day} का आपका बिल {number}, राशि {amount}, यहाँ है: {link}"),
    },
    "payment_received": {
        "en": ("Payment received: {amount}", "Dear {party}, {shop} has received {amount} on {day}. Receipt {number}. Thank you. {link}"),
        "hi": ("भुगतान मिला: {amount}", "प्रिय {party}, {shop} को {day} को {amount} मिले। रसीद {number}। धन्यवाद। {link}"),
    },
    "invoice_overdue": {
        "en": (
            "{amount} is overdue at {shop}",
            "Dear {party}, {amount} is overdue at {shop}, the oldest bill since {day} ({days} days). Please pay soon. Thank you. {link}",
        ),
        "hi": (
            "{shop} में {amount} बाकी है",
            ("प्रिय {party}, {shop} में आपके {amount} बाकी हैं, सबसे पुराना बिल {day} से ({days} दिन)। कृपया जल्द भुगतान करें। धन्यवाद। {link}"),
        ),
    },
    "invoice_due_soon": {
        "en": (
            "{amount} falls due at {shop} on {day}",
            "Dear {party}, {amount} of bill {bills} at {shop} falls due on {day}. If it is paid, please take no notice. Thank you. {link}",
        ),
        "hi": (
            "{shop} में {amount} की देय तिथि {day} है",
            "प्रिय {party}, {shop} के बिल {bills} के {amount} की देय तिथि {day} है। भुगतान हो चुका हो तो ध्यान न दें। धन्यवाद। {link}",
        ),
    },
    "overdue_reminder": {
        "en": (
            "Reminder: {amount} is overdue at {shop}",
            "Dear {party}, a reminder: {amount} at {shop} is overdue since {day} ({days} days), bill {bills}. Please pay it now. {link}",
        ),
        "hi": (
            "याद दिलाना: {shop} में {amount} बाकी है",
            "प्रिय {party}, {shop} में {day} से ({days} दिन) {amount} बाकी हैं, बिल {bills}। कृपया एक सप्ताह में भुगतान करें। {link}",
        ),
    },
    "overdue_firm": {
        "en": (
            "{amount} is long overdue at {shop}",
            "Dear {party}, {amount} is still overdue at {shop} since {day} ({days} days), bill {bills}. Pay now, or tell us when. {link}",
        ),
        "hi": (
            "{shop} में {amount} काफ़ी समय से बाकी है",
            ("प्रिय {party}, {shop} में {day} से ({days} दिन) {amount} अब भी बाकी हैं, बिल {bills}। अभी भुगतान करें, या बताएँ कब करेंगे। {link}"),
        ),
    },
    "overdue_final": {
        "en": (
            "Last notice: {amount} is overdue at {shop}",
            "Dear {party}, last notice: {amount} at {shop} is overdue since {day} ({days} days), bill {bills}. No credit till then. {link}",
        ),
        "hi": (
            "अंतिम सूचना: {shop} में {amount} बाकी है",
            "प्रिय {party}, अंतिम सूचना: {shop} में {day} से ({days} दिन) {amount} बाकी हैं, बिल {bills}। भुगतान तक और उधार नहीं। {link}",
        ),
    },
    "statement": {
        "en": ("Your statement from {shop}", "Dear {party}, your account at {shop} on {day}: {amount}. Statement: {link}"),
        "hi": ("{shop} से आपका खाता विवरण", "प्रिय {party}, {day} को {shop} में आपका खाता: {amount}। विवरण: {link}"),
    },
    "low_stock": {
        "en": ("{count} items are low in stock", "At {shop} {count} items are at or below their level: {names}. {link}"),
        "hi": ("{count} सामान का स्टॉक कम है", "{shop} में {count} सामान अपने स्तर पर या उससे नीचे हैं: {names}। {link}"),
    },
    "expiry_near": {
        "en": ("{count} batches expire soon", "At {shop} {count} batches have expired or will soon: {names}. {link}"),
        "hi": ("{count} बैच जल्द समाप्त होंगे", "{shop} में {count} बैच की अवधि समाप्त हो गई है या जल्द होगी: {names}। {link}"),
    },
    "payment_stated": {
        "en": (
            "{party} says that {amount} was paid",
            "{party} says that {amount} was paid on {number} at {shop}. Look for it, then enter it. {link}",
        ),
        "hi": ("{party} ने {amount} का भुगतान बताया", "{party} ने बताया कि {shop} में {number} के {amount} चुकाए गए। मिला हो तो दर्ज करें। {link}"),
    },
    "credit_limit": {
        "en": ("{party} is past the credit limit", "Bill {number} of {amount} for {party} at {shop} passes the credit limit. {link}"),
        "hi": ("{party} उधार सीमा से ऊपर", "{shop} में {party} का बिल {number}, राशि {amount}, उधार सीमा से ऊपर है। {link}"),
    },
    "return_due": {
        "en": ("{title} {period}: {day}", "{title} of {period} for {shop} is due on {day}. {link}"),
        "hi": ("{title} {period}: {day}", "{shop} का {title}, अवधि {period}, की अंतिम तिथि {day} है। {link}"),
    },
    "tax_due": {
        "en": ("{title} {period}: {day}", "{title} of {period} for {shop} is due on {day}. {link}"),
        "hi": ("{title} {period}: {day}", "{shop} का {title}, अवधि {period}, की अंतिम तिथि {day} है। {link}"),
    },
    "backup_failed": {
        "en": ("The backup of {shop} failed", "The backup of {shop} on {day} failed: {reason}. {link}"),
        "hi": ("{shop} का बैकअप विफल", "{day} को {shop} का बैकअप विफल हुआ: {reason}। {link}"),
    },
    "drill_failed": {
        "en": ("A backup of {shop} could not be restored", "The restore drill of {shop} on {day} failed: {reason}. {link}"),
        "hi": ("{shop} का बैकअप वापस नहीं लाया जा सका", "{day} को {shop} के बैकअप की वापसी की जाँच विफल हुई: {reason}। {link}"),
    },
    "sync_conflict": {
        "en": ("{count} counter bills wait to be checked", "Bills of counter {till} at {shop} wait for a person: {count}. {link}"),
        "hi": ("{count} काउंटर बिल जाँच के लिए रुके हैं", "{shop} के काउंटर {till} के बिल जाँच के लिए रुके हैं: {count}। {link}"),
    },
    "till_silent": {
        "en": ("Counter {till} is silent", "Counter {till} of {shop} has an open shift and was last heard at {since}. {link}"),
        "hi": ("काउंटर {till} से संपर्क नहीं", "{shop} के काउंटर {till} की शिफ़्ट खुली है और उससे अंतिम संपर्क {since} को हुआ। {link}"),
    },
    "new_sign_in": {
        "en": (
            "New sign-in to your account",
            "Your account was signed in to on {day} from {device}, {place}. Not you? {link}",
        ),
        "hi": ("आपके खाते में नया साइन-इन", "{day} को {device}, {place} से आपके खाते में साइन-इन हुआ। यदि यह आप नहीं थे: {link}"),
    },
    "token_made": {
        "en": (
            "New token for a program",
            "At {shop} the token {title} was made on {day} from {place}. Programs act with it. Not you? Revoke it: {link}",
        ),
        "hi": (
            "प्रोग्राम के लिए नया टोकन",
            "{shop} में {day} को {place} से टोकन {title} बना। प्रोग्राम इससे काम करते हैं। यदि यह आप नहीं थे, इसे रद्द करें: {link}",
        ),
    },
    "token_misused": {
        "en": (
            "A token may be in other hands",
            (
                "At {shop} what the token {title} gave was used twice on {day}, last from {place}. It was "
                "ended. Revoke the token if you know no reason: {link}"
            ),
        ),
        "hi": (
            "टोकन दूसरे हाथों में हो सकता है",
            (
                "{shop} में टोकन {title} से मिली कुंजी {day} को दो बार काम में ली गई, अंतिम बार {place} "
                "से। वह समाप्त कर दी गई। कारण न पता हो तो टोकन रद्द करें: {link}"
            ),
        ),
    },
    "alert_guessing": {
        "en": (
            "Somebody guesses at a password",
            "At {shop} {count} sign-ins as {name} failed today, from {place}. Ask {name} to change the password. {link}",
        ),
        "hi": (
            "खाते का पासवर्ड आज़माया जा रहा है",
            "{shop} में {name} के {count} साइन-इन आज असफल रहे, {place} से। {name} से पासवर्ड बदलवाएँ। {link}",
        ),
    },
    "alert_stuffing": {
        "en": (
            "Many accounts are tried from one network",
            (
                "From the network {place} {count} accounts were tried today, one of {shop} among them. Have all "
                "members use a second step. {link}"
            ),
        ),
        "hi": (
            "एक नेटवर्क से कई खाते आज़माए जा रहे हैं",
            "नेटवर्क {place} से आज {count} खाते आज़माए गए, {shop} का भी। सभी सदस्यों से दूसरा चरण चालू करवाएँ। {link}",
        ),
    },
    "alert_two_networks": {
        "en": (
            "Two new devices at once",
            (
                "At {shop} {name} signed in from two new devices in two networks within minutes: {place}. Ask "
                "whether both were {name}; if not, end the sign-ins. {link}"
            ),
        ),
        "hi": (
            "एक साथ दो नए उपकरण",
            (
                "{shop} में {name} ने कुछ मिनटों में दो नेटवर्क के दो नए उपकरणों से साइन-इन किया: {place}। पूछें कि "
                "दोनों {name} ही थे; नहीं तो साइन-इन समाप्त करें। {link}"
            ),
        ),
    },
    "alert_mass_export": {
        "en": (
            "Much is sent out at once",
            (
                "At {shop} {name} took out {count} files and papers within an hour, far more than ever. Ask why; if "
                "needed, end the sign-ins or lower the role. {link}"
            ),
        ),
        "hi": (
            "एक साथ बहुत कुछ बाहर भेजा जा रहा है",
            (
                "{shop} में {name} ने एक घंटे में {count} फ़ाइलें और कागज़ निकाले, पहले से कहीं अधिक। कारण पूछें; "
                "ज़रूरत हो तो साइन-इन समाप्त करें या भूमिका घटाएँ। {link}"
            ),
        ),
    },
    "alert_often_refused": {
        "en": (
            "Refused again and again",
            (
                "At {shop} {name} was refused {count} times within an hour. Ask what was wanted; if needed, end the "
                "sign-ins or lower the role. {link}"
            ),
        ),
        "hi": (
            "बार-बार मना किया गया",
            ("{shop} में {name} को एक घंटे में {count} बार मना किया गया। पूछें कि क्या चाहिए था; ज़रूरत हो तो साइन-इन समाप्त करें या भूमिका घटाएँ। {link}"),
        ),
    },
    "report_ready": {
        "en": ("{report} is ready", "The report {report} of {shop} is ready. {period} {link}"),
        "hi": ("{report} तैयार है", "{shop} की रिपोर्ट {report} तैयार है। {period} {link}"),
    },
    "job_given_up": {
        "en": ("{count} jobs were given up", "At {shop} {count} jobs were given up after their last try: {job}. {link}"),
        "hi": ("{count} काम छोड़ दिए गए", "{shop} में {count} काम अंतिम प्रयास के बाद छोड़ दिए गए: {job}। {link}"),
    },
    "plan_changed": {
        "en": ("The plan of {shop} is {plan}", "From {day} on {shop} has the plan {plan}. What it has room for: {link}"),
        "hi": ("{shop} का प्लान {plan} है", "{day} से {shop} का प्लान {plan} है। उसमें क्या-क्या है: {link}"),
    },
    "plan_ends": {
        "en": (
            "The plan of {shop} ends on {day}",
            "The plan {plan} of {shop} ends on {day}. What comes then, and which others there are: {link}",
        ),
        "hi": ("{shop} का प्लान {day} को समाप्त होगा", "{shop} का प्लान {plan} {day} को समाप्त होगा। उसके बाद क्या होगा और कौन-से प्लान हैं: {link}"),
    },
    "plan_over": {
        "en": (
            "The plan of {shop} has ended",
            "{shop} has no plan since {day}. Counters bill as before, and all can be read and taken away. Choose a plan: {link}",
        ),
        "hi": (
            "{shop} का प्लान समाप्त हो गया",
            "{day} से {shop} का कोई प्लान नहीं है। काउंटर पहले की तरह बिल बनाते हैं, सब कुछ देखा और ले जाया जा सकता है। प्लान चुनें: {link}",
        ),
    },
    "plan_bills": {
        "en": (
            "{count} of {most} bills of {month}",
            "{shop} has made {count} bills in {month}; its plan has room for {most} a month. {link}",
        ),
        "hi": ("{month} के {most} में से {count} बिल", "{shop} ने {month} में {count} बिल बनाए; प्लान में महीने के {most} बिल हैं। {link}"),
    },
    "budget_spent": {
        "en": (
            "This month's budget for messages is spent",
            "{shop} has spent {amount} in {month}. No SMS or WhatsApp leaves. {link}",
        ),
        "hi": ("इस महीने के संदेशों का बजट समाप्त", "{shop} ने {month} में संदेशों पर {amount} खर्च किए। अब SMS या WhatsApp नहीं जाएँगे। {link}"),
    },
}
