"""HSN and SAC headings that small shops sell under, in plain words, with Hindi search words and the usual tax class.

Codes are those of the First Schedule to the Customs Tariff Act 1975 (goods) and of the annexure to Notification 11/2017-Central
Tax (Rate) (services, 99…), as GST uses them; the words are our own. The class is what such goods usually bear since
22-Sep-2025 (Notifications 9/2025 and 10/2025-Central Tax (Rate)): a suggestion, for within a heading goods may differ (loose
or packed, with a brand or without). None stands where no usual class can be said; tobacco has none (see tax/seed_rates.py).

One line each: code | plain words | search words | code of the tax class.
"""

# long: data, one heading a line

from __future__ import annotations

from typing import NamedTuple


class HsnSeed(NamedTuple):
    """A heading, its plain description, words it is searched by, and the code of its usual tax class (or nothing)."""

    code: str
    description: str
    words: str
    tax_class: str


_LINES = """
0105|Live poultry|chicken hen murgi मुर्गी|nil
0201|Meat of buffalo and cattle, fresh|meat गोश्त|nil
0204|Meat of sheep or goat, fresh|mutton bakra gosht मटन बकरा गोश्त|nil
0207|Poultry meat, fresh|chicken murga चिकन मुर्गा|nil
0302|Fish, fresh or chilled|machhli मछली|nil
0303|Fish, frozen|frozen machhli मछली जमी|gst-5
0306|Prawns and other shellfish|jhinga prawn shrimp झींगा|gst-5
0401|Milk and cream, fresh, not sweetened|doodh dudh milk pouch UHT दूध मलाई|nil
0402|Milk powder, condensed milk|doodh powder milkmaid दूध पाउडर|gst-12-5
0403|Curd, lassi, buttermilk, yogurt|dahi chaas chhachh लस्सी दही छाछ|gst-5
0405|Butter and ghee|makhan desi ghee मक्खन घी|gst-12-5
0406|Cheese|cheese slice चीज़|gst-12-5
04061000|Paneer and chhena, packed|paneer chhena पनीर छेना|gst-5-nil
0407|Eggs|anda ande अंडा अंडे|nil
0409|Natural honey|shahad madhu शहद मधु|gst-5
0504|Animal casings and offal|offal|gst-5
0601|Bulbs, roots and live plants|plants nursery paudha पौधा|nil
0603|Cut flowers|phool mala flowers फूल माला|nil
0701|Potatoes|aloo alu आलू|nil
0702|Tomatoes|tamatar टमाटर|nil
0703|Onions, garlic|pyaz pyaaz lahsun प्याज लहसुन|nil
0704|Cabbage, cauliflower|gobhi patta gobi गोभी पत्तागोभी|nil
0706|Carrots, radish|gajar mooli गाजर मूली|nil
0708|Peas and beans, fresh|matar sem मटर सेम|nil
0709|Other vegetables, fresh|sabzi bhindi palak mirch सब्ज़ी भिंडी पालक मिर्च|nil
0710|Vegetables, frozen|frozen peas sweet corn फ्रोजन मटर|gst-5
0712|Dried vegetables|sukhi sabzi सूखी सब्ज़ी|gst-5
0713|Pulses: dal, chana, rajma, moong|dal daal arhar toor masoor urad chana rajma chhole lobia दाल अरहर तूर मसूर उड़द चना राजमा छोले मूंग|gst-5
0714|Sweet potato, arbi, tapioca|shakarkandi arbi शकरकंद अरबी|nil
0801|Coconut, cashew nuts|nariyal kaju नारियल काजू|gst-5
0802|Almonds, walnuts, pistachio and other nuts|badam akhrot pista supari बादाम अखरोट पिस्ता सुपारी|gst-12-5
0803|Bananas, fresh|kela केला|nil
0804|Mango, dates, figs, guava|aam khajur anjeer amrood आम खजूर अंजीर अमरूद|nil
0805|Oranges, lemons and citrus, fresh|santra nimbu mosambi संतरा नींबू मौसमी|nil
0806|Grapes, fresh|angoor अंगूर|nil
08062010|Raisins|kishmish munakka किशमिश मुनक्का|gst-5
0807|Melons, papaya|tarbuj kharbuja papita तरबूज खरबूजा पपीता|nil
0808|Apples, pears|seb nashpati सेब नाशपाती|nil
0810|Other fresh fruit|anar kiwi strawberry अनार|nil
0813|Dried fruit, mixtures of dry fruit|dry fruits mewa सूखा मेवा|gst-12-5
0901|Coffee, roasted or ground|coffee kaapi कॉफ़ी|gst-5
0902|Tea|chai chaipatti green tea चाय चायपत्ती|gst-5
0904|Pepper, chilli powder|kali mirch lal mirch काली मिर्च लाल मिर्च|gst-5
0906|Cinnamon|dalchini दालचीनी|gst-5
0907|Cloves|laung लौंग|gst-5
0908|Nutmeg, cardamom|elaichi jaiphal javitri इलायची जायफल जावित्री|gst-5
0909|Cumin, coriander, fennel seeds|jeera dhaniya saunf ajwain जीरा धनिया सौंफ अजवाइन|gst-5
0910|Turmeric, ginger, masala mixtures|haldi adrak masala garam masala हल्दी अदरक मसाला|gst-5
1001|Wheat|gehun gehu गेहूँ|gst-5
1004|Oats|jai oats ओट्स|gst-5
1005|Maize|makka bhutta मक्का भुट्टा|gst-5
1006|Rice|chawal basmati चावल बासमती|gst-5
1008|Millets: ragi, bajra, jowar|ragi bajra jowar millets रागी बाजरा ज्वार|gst-5
1101|Wheat flour: atta, maida|atta aata maida आटा मैदा|gst-5
1102|Other flour: corn, rice, bajra|makki atta chawal atta मक्के का आटा|gst-5
1103|Semolina, dalia|sooji suji rava dalia सूजी रवा दलिया|gst-5
1104|Rolled oats and worked grains|oats flakes ओट्स|gst-5
1106|Gram flour and flour of pulses|besan sattu बेसन सत्तू|gst-5
1108|Starch, corn flour, sago|corn flour sabudana कॉर्नफ्लोर साबूदाना|gst-12-5
1201|Soya beans|soyabean सोयाबीन|gst-5
1202|Groundnuts|moongfali peanut मूंगफली|gst-5
1207|Sesame, mustard and other oil seeds|til sarson rai तिल सरसों राई|gst-5
1209|Seeds for sowing|beej बीज|nil
1211|Herbs for medicine and perfume|tulsi ashwagandha jadi booti तुलसी अश्वगंधा जड़ी बूटी|gst-5
1302|Plant extracts, hing|hing asafoetida हींग|gst-5
1507|Soya oil|soyabean tel सोया तेल|gst-5
1508|Groundnut oil|moongfali tel मूंगफली तेल|gst-5
1509|Olive oil|jaitun tel जैतून तेल|gst-5
1511|Palm oil|palmolein पाम तेल|gst-5
1512|Sunflower, cottonseed oil|surajmukhi tel सूरजमुखी तेल|gst-5
1513|Coconut oil|nariyal tel नारियल तेल|gst-5
1514|Mustard oil|sarson tel kachi ghani सरसों तेल|gst-5
1515|Sesame, rice bran and other oils|til tel rice bran तिल तेल|gst-5
1516|Vanaspati, hydrogenated fat|dalda vanaspati वनस्पति डालडा|gst-5
1517|Margarine, blended edible fat|margarine|gst-12-5
1601|Sausages and the like|sausage salami|gst-12-5
1604|Fish, prepared or tinned|tinned fish tuna|gst-12-5
1701|Sugar|cheeni shakkar bura चीनी शक्कर बूरा|gst-5
1702|Glucose, jaggery, syrups|gud gur glucose गुड़ ग्लूकोज|gst-5
1704|Sugar sweets: toffee, candy, mithai without cocoa|toffee candy batasha mishri टॉफ़ी बताशा मिश्री|gst-12-5
1805|Cocoa powder|cocoa कोको|gst-18-5
1806|Chocolate|chocolate चॉकलेट|gst-18-5
1901|Malt food, baby food, mixes for cakes|horlicks cerelac baby food idli mix बेबी फूड|gst-18-5
1902|Noodles, pasta, vermicelli|maggi noodles macaroni sevai सेवई नूडल्स पास्ता|gst-12-5
1903|Tapioca products, sago|sabudana साबूदाना|gst-5
1904|Corn flakes, puffed and flaked grain|cornflakes muesli poha murmura कॉर्नफ्लेक्स पोहा मुरमुरा|gst-18-5
1905|Biscuits, cakes, pastry, cookies|biscuit cake cookies बिस्कुट केक|gst-18-5
19059010|Bread|bread double roti pav ब्रेड डबलरोटी पाव|nil
19054000|Rusk, toasted bread|rusk toast रस्क टोस्ट|gst-5
2001|Pickles in vinegar|achar अचार|gst-12-5
2004|Potato and vegetables, prepared and frozen|french fries|gst-12-5
2005|Other prepared vegetables, chips of potato|chips wafers चिप्स|gst-12-5
2006|Fruit and peel kept in sugar|murabba मुरब्बा|gst-12-5
2007|Jam, jelly, fruit paste|jam jelly जैम|gst-12-5
2008|Roasted nuts, canned fruit|roasted peanut chikki फल|gst-12-5
2009|Fruit juice|juice जूस रस|gst-12-5
2101|Instant coffee and tea extracts|nescafe bru instant coffee इंस्टेंट कॉफ़ी|gst-18-5
2102|Yeast, baking powder|baking powder yeast खमीर|gst-12-5
2103|Sauces, ketchup, mayonnaise, mixed seasoning|ketchup sauce mayonnaise सॉस केचप|gst-12-5
2104|Soups|soup सूप|gst-18-5
2105|Ice cream|ice cream kulfi आइसक्रीम कुल्फी|gst-18-5
2106|Namkeen, bhujia, mixes, other food preparations|namkeen bhujia sev papad protein sharbat नमकीन भुजिया सेव|gst-12-5
21069030|Betel nut preparations|supari सुपारी|gst-18-5
21069020|Pan masala|pan masala gutkha पान मसाला|
19059040|Papad|papad पापड़|nil
2201|Water, packed|pani mineral water bisleri पानी|gst-18-5
2202|Drinks with sugar or flavour, not aerated|sharbat fruit drink soya milk शरबत पेय|gst-12-5
220210|Aerated and carbonated drinks|cold drink coke pepsi soda कोल्ड ड्रिंक सोडा|gst-40-drinks
2203|Beer|beer बीयर|non-gst
2208|Spirits, whisky, rum|whisky rum sharab शराब|non-gst
2209|Vinegar|sirka सिरका|gst-12-5
2302|Bran and husk|chokar चोकर|nil
2309|Food for animals|dog food cat food pashu aahar पशु आहार|gst-18
2401|Tobacco leaf|tambaku तंबाकू|
2402|Cigarettes|cigarette सिगरेट|
2403|Bidi, chewing tobacco|bidi khaini gutkha बीड़ी खैनी|
2501|Salt|namak नमक|nil
2515|Marble blocks|sangmarmar संगमरमर|gst-12-5
2523|Cement|cement सीमेंट|gst-28-18
2710|Petrol, diesel, lubricating oil|petrol diesel engine oil पेट्रोल डीज़ल|gst-18
2711|Cooking gas (LPG)|lpg cylinder gas सिलेंडर गैस|gst-5
2828|Bleach|bleaching powder ब्लीच|gst-18
2847|Hydrogen peroxide|peroxide|gst-18
3003|Medicines, mixed, not in doses|dawa aushadhi दवा औषधि|gst-12-5
3004|Medicines in doses: tablets, syrups, injections|tablet capsule syrup injection dawai ayurvedic दवा दवाई गोली सिरप|gst-12-5
3005|Bandages, cotton wool, plasters|patti bandage cotton gauze band-aid पट्टी रुई|gst-12-5
3006|Surgical and other pharmaceutical goods|suture first aid|gst-12-5
3102|Urea and nitrogen fertilizer|urea khad यूरिया खाद|gst-5
3105|Mixed fertilizer|npk dap खाद|gst-5
3204|Synthetic colours and dyes|rang dye रंग|gst-18
3208|Paint, in solvent|paint enamel varnish पेंट रंग|gst-18
3209|Paint, in water|distemper emulsion wall paint डिस्टेंपर पेंट|gst-18
3213|Artists' colours|water colour poster colour crayon रंग|gst-12-5
3214|Putty, fillers|wall putty m-seal पुट्टी|gst-18
3215|Ink|ink syahi cartridge स्याही|gst-18
3301|Essential oils|attar essential oil इत्र|gst-18
3303|Perfume|perfume itra scent परफ्यूम इत्र|gst-18
3304|Face cream, make-up, skin care|cream lipstick lotion foundation nail polish क्रीम लिपस्टिक|gst-18
33049120|Talcum and face powder|talcum powder टैल्कम पाउडर|gst-18-5
33049940|Kumkum, bindi, sindur|bindi sindoor kajal kumkum बिंदी सिंदूर काजल|nil
3305|Hair colour, conditioner and other hair care|hair colour hair dye conditioner gel हेयर कलर|gst-18
33051010|Shampoo|shampoo शैम्पू|gst-18-5
33059011|Hair oil|hair oil tel केश तेल हेयर ऑयल|gst-18-5
3306|Toothpaste, tooth powder, mouth care|toothpaste manjan colgate टूथपेस्ट मंजन|gst-18-5
3307|Deodorant, room freshener, other toilet goods|deodorant deo freshener डियो|gst-18
33071010|Shaving cream, after-shave|shaving cream foam शेविंग क्रीम|gst-18-5
33074100|Agarbatti, dhoop|agarbatti dhoop incense अगरबत्ती धूप|gst-5
3401|Toilet soap in bars|sabun bath soap साबुन|gst-18-5
34012000|Liquid soap, hand wash|handwash face wash हैंडवॉश|gst-18
34011942|Laundry soap bars|washing soap kapde ka sabun कपड़े का साबुन|gst-18
3402|Detergent powder, dish wash, cleaners|surf detergent vim harpic सर्फ डिटर्जेंट|gst-18
3405|Shoe polish, floor polish|shoe polish पॉलिश|gst-18
3406|Candles|mombatti candle मोमबत्ती|gst-12-5
3506|Glue, adhesives|fevicol gond glue गोंद|gst-18
3605|Matches|machis maachis माचिस|gst-12-5
3604|Fireworks|pataka crackers पटाखा|gst-18
3701|Photographic plates and film|photo film|gst-18
3808|Insecticide, mosquito repellent, disinfectant|mosquito coil all out phenyl sanitizer मच्छर फिनाइल|gst-18
3822|Test strips and diagnostic kits|glucometer strip pregnancy test kit|gst-12-5
3917|Plastic pipes and fittings|pvc pipe cpvc पाइप|gst-18
3919|Adhesive tape|cello tape टेप|gst-18
3920|Plastic sheets and film|plastic sheet polythene|gst-18
3922|Plastic baths, sinks, toilet seats|sink toilet seat|gst-18
3923|Plastic bags, bottles, boxes|polybag carry bag jar dibba थैली डिब्बा|gst-18
3924|Plastic household goods: buckets, mugs, tiffin|balti mug tiffin bucket बाल्टी मग टिफिन|gst-18
3925|Plastic doors, tanks|water tank tanki टंकी|gst-18
3926|Other plastic articles|cover hook plastic items प्लास्टिक|gst-18
4011|New tyres of rubber|tyre टायर|gst-28-18
4013|Inner tubes|tube ट्यूब|gst-28-18
4014|Rubber goods for hygiene: feeding bottle nipples, hot-water bags|hot water bag nipple रबर|gst-12-5
40141010|Condoms|nirodh condom निरोध कंडोम|nil
4015|Rubber gloves|gloves dastane दस्ताने|gst-18
4016|Other rubber articles, erasers|rubber mat रबर|gst-18
40169200|Erasers|eraser rubber रबर|gst-5-nil
4202|Bags, suitcases, wallets|bag suitcase purse wallet school bag थैला बैग पर्स|gst-18
4203|Leather clothes, belts, gloves|belt leather jacket बेल्ट चमड़ा|gst-18
4407|Sawn wood|lakdi timber लकड़ी|gst-18
4412|Plywood|plywood ply प्लाईवुड|gst-18
4414|Wooden frames for photos, mirrors|photo frame फ्रेम|gst-12-5
4418|Doors and windows of wood|door darwaza दरवाज़ा|gst-18
4419|Wooden table and kitchen goods|belan chakla बेलन चकला|gst-12-5
4421|Other articles of wood|hanger wooden लकड़ी|gst-12-5
4602|Baskets of cane and bamboo|tokri basket टोकरी|gst-12-5
4802|Paper, uncoated|a4 paper kagaz कागज़|gst-12-18
4811|Coated paper, adhesive paper|sticker paper|gst-18
4817|Envelopes, letter cards|lifafa envelope लिफाफा|gst-12-5
4818|Tissue paper, paper napkins|tissue napkin toilet paper टिश्यू|gst-18
4819|Cartons, boxes and bags of paper|carton paper bag डिब्बा|gst-12-5
4820|Notebooks and exercise books|copy notebook exercise book register कॉपी नोटबुक|gst-12-nil
48201010|Registers, account books, diaries|register bahi khata diary रजिस्टर बही खाता डायरी|gst-18
4821|Paper labels|label sticker लेबल|gst-18
4823|Other articles of paper, plates and cups|paper cup plate dona pattal कप पत्तल दोना|gst-18
4901|Printed books|book kitab pustak किताब पुस्तक|nil
4902|Newspapers and magazines|akhbar newspaper magazine अखबार पत्रिका|nil
4903|Children's picture and drawing books|drawing book colouring book ड्राइंग बुक|nil
4905|Maps and globes|map naksha globe नक्शा|gst-12-nil
4909|Greeting and invitation cards|card shaadi card greeting कार्ड|gst-18
4910|Calendars|calendar कैलेंडर|gst-18
4911|Other printed matter, pictures|poster chart पोस्टर|gst-18
5007|Silk cloth|silk resham रेशम|gst-5
5208|Cotton cloth|cotton cloth kapda suti कपड़ा सूती|gst-5
5407|Synthetic cloth, sarees|polyester cloth saree sari fabric कपड़ा साड़ी|gst-5
5508|Sewing thread|dhaga thread धागा|gst-5
5601|Wadding, cotton buds|cotton buds|gst-5
5607|Rope and twine|rassi rope रस्सी|gst-5
5701|Carpets|kaleen carpet dari कालीन दरी|gst-5
5804|Lace, net|lace jali लेस|gst-5
5806|Ribbons, narrow woven cloth|ribbon fita फीता|gst-5
6103|Men's suits and trousers, knitted|track pant lower लोअर|clothes
6104|Women's suits and dresses, knitted|leggings kurti लेगिंग कुर्ती|clothes
6105|Men's shirts, knitted|t-shirt polo टी-शर्ट|clothes
6107|Men's underwear and nightwear, knitted|underwear brief banian कच्छा बनियान|clothes
6108|Women's underwear and nightwear, knitted|panty nighty slip नाइटी|clothes
6109|T-shirts and vests, knitted|t-shirt vest banian टी-शर्ट बनियान|clothes
6110|Sweaters and pullovers|sweater swetar jersey स्वेटर|clothes
6111|Babies' clothes, knitted|baby dress बच्चों के कपड़े|clothes
6115|Socks and stockings|moze socks मोज़े|clothes
6116|Gloves, knitted|dastane gloves दस्ताने|clothes
6201|Men's coats and jackets|jacket coat जैकेट कोट|clothes
6203|Men's suits, trousers, jeans|pant jeans suit trousers पैंट जींस सूट|clothes
6204|Women's suits, dresses, skirts, salwar|salwar suit skirt dress lehenga सलवार सूट लहंगा|clothes
6205|Men's shirts|shirt kameez शर्ट कमीज़|clothes
6206|Women's blouses, tops, kurtis|blouse top kurti ब्लाउज़ कुर्ती|clothes
6208|Women's nightwear and petticoats|petticoat nighty पेटीकोट|clothes
6209|Babies' clothes|baby frock jhabla फ्रॉक|clothes
6211|Track suits, kurta-pyjama, other garments|kurta pyjama uniform कुर्ता पजामा वर्दी|clothes
6212|Brassieres|bra ब्रा|clothes
6213|Handkerchiefs|rumal रूमाल|clothes
6214|Shawls, stoles, dupatta|dupatta shawl stole दुपट्टा शॉल|clothes
6215|Ties|tie टाई|clothes
6301|Blankets|kambal blanket कंबल|clothes
6302|Bed sheets, towels, curtains of tables|chadar tauliya bedsheet towel चादर तौलिया|clothes
6303|Curtains|parda curtain पर्दा|clothes
6304|Other furnishing: bed covers, cushions|cushion cover गद्दी कवर|clothes
6305|Sacks and bags for packing|bori sack बोरी|gst-5
6306|Tarpaulins, tents|tirpal tent तिरपाल|gst-5
6307|Floor cloths, masks, other made-up goods|mask pochha मास्क पोछा|gst-5
6401|Waterproof footwear|gumboot गमबूट|footwear
6402|Footwear of rubber or plastic|chappal slipper sandal चप्पल सैंडल|footwear
6403|Footwear of leather|leather shoes joota जूता|footwear
6404|Footwear of textile|canvas shoes sports shoes जूते|footwear
6405|Other footwear|jutti mojari जूती|footwear
6406|Parts of footwear, insoles|insole sole तला|gst-18
6505|Hats and caps|topi cap टोपी|gst-18
6506|Helmets|helmet हेलमेट|gst-18
6601|Umbrellas|chhata chhatri umbrella छाता छतरी|gst-12-5
6702|Artificial flowers|artificial flower नकली फूल|gst-18
6802|Worked stone, marble and granite slabs|granite marble patthar ग्रेनाइट पत्थर|gst-18
6907|Ceramic tiles|tiles टाइल्स|gst-18
6910|Wash basins, toilets, sanitary ware|wash basin commode वॉशबेसिन कमोड|gst-18
6911|Crockery of porcelain|crockery cup plate क्रॉकरी कप|gst-12-5
6912|Pottery of clay|matka diya kulhad मटका दीया कुल्हड़|gst-12-5
7003|Sheet glass|glass sheet काँच|gst-18
7009|Mirrors|sheesha aaina mirror शीशा आईना|gst-18
7013|Glassware for table and kitchen|glass gilas गिलास काँच|gst-18
70181010|Glass bangles|chudi bangles चूड़ी|nil
7102|Diamonds|heera diamond हीरा|gst-1.5
7106|Silver|chandi silver चाँदी|gst-3
7108|Gold|sona gold सोना|gst-3
7113|Jewellery of gold and silver|jewellery gehna zevar गहना ज़ेवर|gst-3
7117|Imitation jewellery|artificial jewellery नकली गहने|gst-3
7214|Iron and steel bars|sariya tmt सरिया|gst-18
7217|Wire of iron|taar wire तार|gst-18
7306|Steel pipes|gi pipe पाइप|gst-18
7307|Pipe fittings of iron|elbow tee socket fitting फिटिंग|gst-18
7308|Iron structures, doors, shutters|shutter gate शटर|gst-18
7317|Nails and tacks|keel nail कील|gst-18
7318|Screws, bolts, nuts|screw bolt nut pench पेंच बोल्ट|gst-18
7321|Stoves and burners|gas stove chulha चूल्हा स्टोव|gst-18
7323|Steel utensils and kitchen goods|bartan utensils pressure cooker steel बर्तन कुकर|gst-12-5
7324|Steel sinks and sanitary ware|steel sink सिंक|gst-18
7326|Other articles of iron and steel|hook stand लोहा|gst-18
7418|Utensils of copper and brass|tamba peetal bartan तांबा पीतल बर्तन|gst-12-5
7615|Utensils of aluminium|kadhai aluminium bartan कड़ाही अल्युमिनियम|gst-12-5
7607|Aluminium foil|foil फॉयल|gst-18
8201|Garden tools: spade, axe|phawda kudal kulhadi फावड़ा कुदाल कुल्हाड़ी|gst-5
8203|Pliers, cutters|plier plas प्लास|gst-18
8204|Spanners|pana spanner पाना|gst-18
8205|Other hand tools|hathoda screwdriver hammer हथौड़ा पेंचकस|gst-18
8211|Knives|chaku knife चाकू|gst-18
8212|Razors and blades|razor blade gillette रेज़र ब्लेड|gst-18
8213|Scissors|kainchi scissors कैंची|gst-18
8214|Other cutlery, manicure sets|nail cutter cutlery नेल कटर|gst-18
82141010|Pencil sharpeners|sharpener शार्पनर|gst-12-nil
8215|Spoons and forks|chammach spoon fork चम्मच|gst-12-5
8301|Locks and keys|tala lock ताला|gst-18
8302|Hinges, handles and fittings|kabza hinge handle कब्ज़ा हैंडल|gst-18
8305|Staples, clips, file fittings|stapler pin clip स्टेपलर क्लिप|gst-18
8306|Bells, idols, frames of metal|murti ghanti idol मूर्ति घंटी|gst-12-5
8413|Pumps for water|motor pump पंप मोटर|gst-18
8414|Fans|pankha fan पंखा|gst-18
8415|Air conditioners|ac एसी एयर कंडीशनर|gst-28-18
8418|Refrigerators and freezers|fridge refrigerator फ्रिज|gst-18
8421|Water purifiers and filters|ro water purifier aquaguard फिल्टर|gst-18
8422|Dish-washing machines|dishwasher|gst-28-18
8423|Weighing scales|tarazu weighing machine तराज़ू|gst-18
8443|Printers and cartridges|printer toner प्रिंटर|gst-18
8450|Washing machines|washing machine वॉशिंग मशीन|gst-18
8452|Sewing machines|silai machine सिलाई मशीन|gst-12-5
8467|Power tools held in the hand|drill machine grinder ड्रिल|gst-18
8470|Calculators|calculator कैलकुलेटर|gst-18
8471|Computers, laptops, storage|laptop computer tablet लैपटॉप कंप्यूटर|gst-18
8473|Parts of computers|ram keyboard cover|gst-18
8481|Taps and valves|nal tap tonti valve नल टोंटी|gst-18
8482|Bearings|bearing बेयरिंग|gst-18
8501|Electric motors|motor मोटर|gst-18
8504|Chargers, inverters, transformers|charger adapter inverter ups power bank चार्जर इन्वर्टर|gst-18
8506|Dry cells|cell battery pencil cell सेल|gst-18
8507|Rechargeable batteries|battery inverter battery बैटरी|gst-28-18
8508|Vacuum cleaners|vacuum cleaner|gst-18
8509|Mixers, grinders, juicers|mixer grinder juicer मिक्सर|gst-18
8510|Shavers and trimmers|trimmer shaver ट्रिमर|gst-18
8513|Torches|torch टॉर्च|gst-18
8516|Irons, geysers, heaters, ovens, kettles|press iron geyser heater kettle प्रेस गीज़र हीटर|gst-18
8517|Mobile phones, routers|mobile phone smartphone router मोबाइल फोन|gst-18
8518|Headphones, speakers, microphones|earphone speaker headphone ईयरफोन स्पीकर|gst-18
8523|Memory cards, pen drives|pendrive memory card पेनड्राइव|gst-18
8525|Cameras|camera cctv कैमरा|gst-18
8528|Televisions, monitors, projectors|tv led television monitor टीवी|gst-28-18
8529|Antennas and parts of television|antenna set top|gst-18
8531|Alarms and bells|bell alarm घंटी|gst-18
8536|Switches, plugs, sockets|switch plug socket mcb स्विच प्लग|gst-18
8539|Lamps: LED, bulbs, tubes|bulb led tube light बल्ब|gst-12-18
8541|Solar cells and panels|solar panel सोलर|gst-12-5
8544|Wires and cables|wire cable taar तार केबल|gst-18
8708|Parts of cars|car parts|gst-28-18
8711|Motor cycles and scooters to 350 cc|bike scooter मोटरसाइकिल|gst-28-18
8712|Bicycles|cycle bicycle साइकिल|gst-12-5
8714|Parts of bicycles and motor cycles|cycle parts bike parts|gst-12-5
8715|Baby carriages|pram stroller|gst-18
9001|Lenses, contact lenses|lens contact lens लेंस|gst-12-5
9003|Frames for spectacles|chashma frame चश्मा|gst-12-5
9004|Spectacles, goggles|chashma goggles sunglasses चश्मा|gst-12-5
9018|Medical instruments, syringes, BP machines|syringe bp monitor stethoscope सिरिंज|gst-12-5
9021|Orthopaedic goods, hearing aids|belt brace hearing aid crutch बैसाखी|gst-12-5
9025|Thermometers|thermometer थर्मामीटर|gst-18-5
9101|Watches with precious cases|watch ghadi घड़ी|gst-18
9102|Wrist watches|watch ghadi smartwatch घड़ी|gst-18
9105|Clocks|wall clock alarm घड़ी|gst-18
9202|String instruments|guitar sitar गिटार|gst-12-5
9206|Drums and percussion|tabla dholak तबला ढोलक|gst-12-5
9401|Chairs and seats|kursi chair sofa कुर्सी सोफा|gst-18
9403|Other furniture|table almari bed मेज़ अलमारी पलंग|gst-18
9404|Mattresses, pillows, quilts|gadda takiya razai गद्दा तकिया रज़ाई|gst-18
9405|Lamps and light fittings|lamp jhumar light लैंप|gst-18
9503|Toys, tricycles, puzzles|khilona toys खिलौना|gst-12-5
9504|Video games, carrom, cards|carrom playing cards taash कैरम ताश|gst-12-5
9505|Festival and party goods|rangoli holi party सजावट|gst-12-5
9506|Sports goods|cricket bat ball badminton खेल बल्ला|gst-12-5
9603|Brooms and brushes|jhadu brush mop झाड़ू ब्रश|gst-18
96031000|Brooms|jhadu झाड़ू|nil
96032100|Toothbrushes|toothbrush टूथब्रश|gst-18-5
9606|Buttons|button बटन|gst-12-5
9607|Zips|zip chain ज़िप|gst-12-5
9608|Pens and markers|pen ball pen marker sketch पेन कलम|gst-18
9609|Pencils, crayons, chalk|pencil crayon chalk पेंसिल चॉक|gst-12-nil
9613|Lighters|lighter लाइटर|gst-18
9615|Combs, hair pins|kanghi comb hair pin कंघी|gst-12-5
9617|Vacuum flasks|thermos flask थर्मस|gst-18
9619|Diapers, wipes|diaper pampers डायपर|gst-12-5
96190010|Sanitary napkins|sanitary pad whisper सैनिटरी पैड|nil
9973|Renting of goods|rent kiraya किराया|gst-18
9954|Building work and installation|construction contractor निर्माण|gst-18
9963|Rooms and food: hotels, restaurants, catering|hotel restaurant होटल|gst-5
996331|Food served by restaurants, cafes, mess|restaurant dhaba cafe रेस्तराँ ढाबा|gst-5
996334|Catering|catering कैटरिंग|gst-5
996311|Rooms in hotels and lodges|hotel room lodge कमरा|gst-12-5
9964|Passenger transport, taxi|taxi cab टैक्सी|gst-5
9965|Goods transport|transport bhada freight भाड़ा|gst-5
9967|Loading, packing, storage|godown loading गोदाम|gst-18
9968|Courier and postal|courier कूरियर|gst-18
9972|Renting of shops and buildings|rent shop kiraya किराया दुकान|gst-18
9982|Legal and accounting services|ca lawyer वकील|gst-18
998311|Consulting|consultant सलाहकार|gst-18
998314|Software and IT design|software website|gst-18
998386|Photography|photo studio फोटोग्राफी|gst-18
9984|Phone, internet, recharge|recharge internet broadband रिचार्ज|gst-18
9985|Cleaning, packing, security and travel services|security cleaning tour सफाई|gst-18
9987|Repair and maintenance|repair service मरम्मत|gst-18
998713|Repair of computers|computer repair कंप्यूटर मरम्मत|gst-18
998714|Repair of cars and motor cycles|garage service गाड़ी मरम्मत|gst-18
998716|Repair of phones and household machines|mobile repair ac repair मोबाइल मरम्मत|gst-18
998821|Tailoring and work on cloth|silai tailor darzi सिलाई दर्ज़ी|gst-5
998912|Printing on others' goods|printing press छपाई|gst-18
9992|Education and coaching|coaching tuition कोचिंग|gst-18
9993|Health care by doctors and clinics|doctor clinic hospital डॉक्टर|exempt
999711|Washing and dry cleaning|laundry dry clean धुलाई|gst-18
999721|Hair dressing and beauty parlour|salon parlour barber सैलून पार्लर नाई|gst-18-5
999722|Massage, slimming, spa|spa massage मालिश|gst-18-5
999723|Fitness centres|gym जिम|gst-18-5
9996|Events, sports and amusement|event cinema कार्यक्रम|gst-18
"""


def _seeds() -> tuple[HsnSeed, ...]:
    return tuple(HsnSeed(*line.split("|")) for line in _LINES.strip().splitlines())


HSN_SEEDS = _seeds()
