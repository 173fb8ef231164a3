"""The shelves of Sharma Stores: a neighbourhood grocer in Pune. Our own list; prices are plausible, brands are made up."""

from __future__ import annotations

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class Good:
    """One thing on the shelf. MRP in rupees, cost as a percentage of it; `tax` is a seeded tax class."""

    name: str
    local_name: str
    unit: str
    mrp: int
    hsn: str
    tax: str
    category: str
    brand: str
    cost_percent: int
    weekly: int  # how many go in a week


_TABLE = """
Basmati Rice Daily 5 kg|बासमती चावल 5 किलो|BAG|520|100630|gst5|Rice and grains|Sahyadri|78|14
Kolam Rice 1 kg|कोलम चावल 1 किलो|PAC|68|100630|gst5|Rice and grains|Sahyadri|80|60
Indrayani Rice 5 kg|इंद्रायणी चावल 5 किलो|BAG|410|100630|gst5|Rice and grains|Maval|79|12
Wheat Flour Chakki 5 kg|चक्की आटा 5 किलो|BAG|245|110100|gst5|Flour|Annapurti|81|40
Wheat Flour Chakki 1 kg|चक्की आटा 1 किलो|PAC|54|110100|gst5|Flour|Annapurti|81|35
Jowar Flour 1 kg|ज्वार का आटा 1 किलो|PAC|62|110290|gst5|Flour|Maval|77|18
Besan 500 g|बेसन 500 ग्राम|PAC|58|110610|gst5|Flour|Annapurti|78|30
Maida 1 kg|मैदा 1 किलो|PAC|48|110100|gst5|Flour|Annapurti|80|20
Rava Fine 500 g|सूजी 500 ग्राम|PAC|32|110311|gst5|Flour|Annapurti|78|24
Poha Thick 500 g|पोहा 500 ग्राम|PAC|36|190410|gst5|Flour|Maval|77|38
Toor Dal 1 kg|तूर दाल 1 किलो|PAC|168|071360|gst5|Pulses|Sahyadri|82|44
Moong Dal 1 kg|मूंग दाल 1 किलो|PAC|142|071331|gst5|Pulses|Sahyadri|82|28
Chana Dal 1 kg|चना दाल 1 किलो|PAC|98|071320|gst5|Pulses|Sahyadri|81|30
Urad Dal 500 g|उड़द दाल 500 ग्राम|PAC|78|071331|gst5|Pulses|Sahyadri|81|16
Masoor Dal 1 kg|मसूर दाल 1 किलो|PAC|108|071340|gst5|Pulses|Sahyadri|81|18
Kabuli Chana 500 g|काबुली चना 500 ग्राम|PAC|86|071320|gst5|Pulses|Sahyadri|79|14
Rajma 500 g|राजमा 500 ग्राम|PAC|92|071333|gst5|Pulses|Sahyadri|79|10
Sugar Loose|चीनी खुली|KGS|46|170114|gst5|Sugar and salt||85|90
Jaggery Block 1 kg|गुड़ 1 किलो|PAC|72|170114|gst5|Sugar and salt|Kolhapuri|77|20
Iodised Salt 1 kg|आयोडीन नमक 1 किलो|PAC|28|250100|nil|Sugar and salt|Samudra|76|50
Rock Salt 500 g|सेंधा नमक 500 ग्राम|PAC|54|250100|nil|Sugar and salt|Samudra|72|8
Groundnut Oil 1 L|मूंगफली तेल 1 लीटर|BTL|198|150890|gst5|Oil and ghee|Dhanya|83|26
Sunflower Oil 1 L|सूरजमुखी तेल 1 लीटर|PAC|158|151219|gst5|Oil and ghee|Dhanya|84|48
Sunflower Oil 5 L|सूरजमुखी तेल 5 लीटर|CAN|765|151219|gst5|Oil and ghee|Dhanya|84|9
Mustard Oil 1 L|सरसों तेल 1 लीटर|BTL|182|151499|gst5|Oil and ghee|Dhanya|83|10
Cow Ghee 500 ml|गाय का घी 500 मिली|PCS|345|040590|gst5|Oil and ghee|Gokul Vihar|80|12
Vanaspati 1 L|वनस्पति 1 लीटर|PAC|142|151620|gst5|Oil and ghee|Dhanya|82|8
Tea Leaf 250 g|चाय पत्ती 250 ग्राम|PAC|138|090240|gst5|Tea and coffee|Malabar Hills|78|42
Tea Leaf 1 kg|चाय पत्ती 1 किलो|PAC|498|090240|gst5|Tea and coffee|Malabar Hills|79|11
Instant Coffee 50 g|इंस्टेंट कॉफी 50 ग्राम|PCS|165|210111|gst5|Tea and coffee|Chikmagal|77|13
Filter Coffee 200 g|फिल्टर कॉफी 200 ग्राम|PAC|142|090121|gst5|Tea and coffee|Chikmagal|77|6
Milk Powder 200 g|दूध पाउडर 200 ग्राम|PAC|118|040221|gst5|Dairy|Gokul Vihar|81|9
Paneer 200 g|पनीर 200 ग्राम|PAC|92|040610|nil|Dairy|Gokul Vihar|80|24
Toned Milk 500 ml|टोन्ड दूध 500 मिली|PAC|29|040120|nil|Dairy|Gokul Vihar|86|180
Curd Cup 400 g|दही 400 ग्राम|PCS|38|040390|gst5|Dairy|Gokul Vihar|82|66
Butter 100 g|मक्खन 100 ग्राम|PAC|60|040510|gst5|Dairy|Gokul Vihar|82|30
Cheese Slices 200 g|चीज़ स्लाइस 200 ग्राम|PAC|148|040630|gst5|Dairy|Gokul Vihar|80|10
Red Chilli Powder 200 g|लाल मिर्च पाउडर 200 ग्राम|PAC|88|090422|gst5|Spices|Masaledar|74|26
Turmeric Powder 200 g|हल्दी पाउडर 200 ग्राम|PAC|62|091030|gst5|Spices|Masaledar|74|24
Coriander Powder 200 g|धनिया पाउडर 200 ग्राम|PAC|58|090922|gst5|Spices|Masaledar|74|22
Cumin Seeds 100 g|जीरा 100 ग्राम|PAC|64|090932|gst5|Spices|Masaledar|75|24
Mustard Seeds 100 g|राई 100 ग्राम|PAC|22|120750|gst5|Spices|Masaledar|72|20
Garam Masala 100 g|गरम मसाला 100 ग्राम|PAC|86|091091|gst5|Spices|Masaledar|72|16
Kanda Lasun Masala 200 g|कांदा लसूण मसाला 200 ग्राम|PAC|96|091091|gst5|Spices|Masaledar|72|18
Asafoetida 50 g|हींग 50 ग्राम|PCS|92|130190|gst5|Spices|Masaledar|74|9
Goda Masala 100 g|गोडा मसाला 100 ग्राम|PAC|78|091091|gst5|Spices|Masaledar|72|12
Glucose Biscuits 80 g|ग्लूकोज़ बिस्कुट 80 ग्राम|PAC|10|190531|gst5|Biscuits|Kurkuri|76|190
Marie Biscuits 250 g|मैरी बिस्कुट 250 ग्राम|PAC|40|190531|gst5|Biscuits|Kurkuri|76|54
Cream Biscuits 100 g|क्रीम बिस्कुट 100 ग्राम|PAC|25|190531|gst5|Biscuits|Kurkuri|75|60
Khari 200 g|खारी 200 ग्राम|PAC|55|190590|gst5|Biscuits|Camp Bakery|72|22
Rusk 300 g|टोस्ट 300 ग्राम|PAC|60|190540|nil|Biscuits|Camp Bakery|72|20
White Bread 400 g|ब्रेड 400 ग्राम|PAC|45|190590|nil|Bakery|Camp Bakery|78|80
Ladi Pav 6|लादी पाव 6|PAC|24|190590|nil|Bakery|Camp Bakery|76|120
Potato Chips 50 g|आलू चिप्स 50 ग्राम|PAC|20|200520|gst5|Snacks|Kurkuri|74|130
Bhakarwadi 200 g|भाकरवडी 200 ग्राम|PAC|85|210690|gst5|Snacks|Deccan Sweets|72|26
Chivda 200 g|चिवड़ा 200 ग्राम|PAC|70|210690|gst5|Snacks|Deccan Sweets|72|22
Instant Noodles 70 g|इंस्टेंट नूडल्स 70 ग्राम|PAC|14|190230|gst5|Snacks|Jaldi|77|160
Instant Noodles 4 Pack|इंस्टेंट नूडल्स 4 पैक|PAC|56|190230|gst5|Snacks|Jaldi|77|40
Vermicelli 400 g|सेवई 400 ग्राम|PAC|48|190219|gst5|Snacks|Jaldi|76|14
Corn Flakes 250 g|कॉर्न फ्लेक्स 250 ग्राम|BOX|110|190410|gst5|Breakfast|Suprabhat|75|10
Oats 500 g|ओट्स 500 ग्राम|PAC|105|110412|gst5|Breakfast|Suprabhat|75|9
Mixed Fruit Jam 200 g|मिक्स फ्रूट जैम 200 ग्राम|PCS|85|200799|gst5|Spreads|Mapro Hills|74|12
Tomato Ketchup 500 g|टमाटर केचप 500 ग्राम|BTL|120|210320|gst5|Spreads|Mapro Hills|74|15
Mango Pickle 400 g|आम का अचार 400 ग्राम|PCS|125|200190|gst5|Spreads|Aajichi|72|12
Honey 250 g|शहद 250 ग्राम|BTL|165|040900|gst5|Spreads|Mapro Hills|74|7
Cola 750 ml|कोला 750 मिली|BTL|45|220210|gst40|Cold drinks|Thanda|77|48
Lemon Soda 600 ml|नींबू सोडा 600 मिली|BTL|40|220210|gst40|Cold drinks|Thanda|77|36
Mango Drink 1 L|आम पेय 1 लीटर|BTL|75|220299|gst5|Cold drinks|Thanda|76|24
Packaged Water 1 L|पानी की बोतल 1 लीटर|BTL|20|220110|gst5|Cold drinks|Sahyadri Springs|62|110
Milk Chocolate 40 g|मिल्क चॉकलेट 40 ग्राम|PCS|45|180632|gst5|Sweets|Meetha|75|70
Toffee Jar 200|टॉफी जार 200|PCS|200|170490|gst5|Sweets|Meetha|74|5
Soan Papdi 250 g|सोन पापड़ी 250 ग्राम|BOX|110|170490|gst5|Sweets|Deccan Sweets|72|11
Bath Soap 100 g|नहाने का साबुन 100 ग्राम|PCS|38|340111|gst5|Personal care|Nirmal|75|76
Bath Soap 4 Pack|नहाने का साबुन 4 पैक|PAC|145|340111|gst5|Personal care|Nirmal|75|20
Shampoo Sachet|शैम्पू पाउच|PCS|2|330510|gst5|Personal care|Kesha|67|240
Shampoo 180 ml|शैम्पू 180 मिली|BTL|155|330510|gst5|Personal care|Kesha|75|12
Coconut Hair Oil 200 ml|नारियल तेल 200 मिली|BTL|105|330590|gst5|Personal care|Kesha|77|22
Toothpaste 150 g|टूथपेस्ट 150 ग्राम|PCS|98|330610|gst5|Personal care|Ujjwal|76|26
Toothbrush|टूथब्रश|PCS|30|960321|gst5|Personal care|Ujjwal|70|24
Talcum Powder 100 g|टैल्कम पाउडर 100 ग्राम|BTL|85|330491|gst5|Personal care|Kesha|75|8
Shaving Cream 70 g|शेविंग क्रीम 70 ग्राम|PCS|82|330710|gst5|Personal care|Ujjwal|75|6
Sanitary Pads 8|सैनिटरी पैड 8|PAC|45|961900|nil|Personal care|Saheli|78|24
Detergent Powder 1 kg|कपड़े का पाउडर 1 किलो|PAC|118|340250|gst18|Home care|Nirmal|77|34
Detergent Bar 250 g|कपड़े का साबुन 250 ग्राम|PCS|22|340111|gst18|Home care|Nirmal|76|46
Dish Wash Bar 200 g|बर्तन साबुन 200 ग्राम|PCS|20|340250|gst18|Home care|Nirmal|76|58
Dish Wash Liquid 500 ml|बर्तन लिक्विड 500 मिली|BTL|110|340250|gst18|Home care|Nirmal|76|12
Floor Cleaner 1 L|फर्श क्लीनर 1 लीटर|BTL|195|380894|gst18|Home care|Swachh|75|10
Toilet Cleaner 500 ml|टॉयलेट क्लीनर 500 मिली|BTL|98|380894|gst18|Home care|Swachh|75|11
Mosquito Coil 10|मच्छर कॉइल 10|BOX|42|380891|gst18|Home care|Nidra|74|20
Agarbatti 100 g|अगरबत्ती 100 ग्राम|PAC|50|330741|gst5|Puja|Devdoot|70|26
Camphor 50 g|कपूर 50 ग्राम|PAC|70|291429|gst18|Puja|Devdoot|72|8
Match Box 10 Pack|माचिस 10 पैक|PAC|20|360500|gst5|Puja|Jyoti|78|24
Wax Candles 6|मोमबत्ती 6|PAC|30|340600|gst5|Puja|Jyoti|72|6
Notebook 172 Pages|कॉपी 172 पेज|PCS|55|482020|nil|Stationery|Vidya|72|16
Ball Pen Blue|नीला पेन|PCS|10|960810|gst18|Stationery|Vidya|64|50
Pencil 10 Pack|पेंसिल 10 पैक|BOX|50|960910|nil|Stationery|Vidya|67|8
LED Bulb 9 W|एलईडी बल्ब 9 वाट|PCS|110|853952|gst18|Household|Prakash|64|9
Torch Cell AA 2|टॉर्च सेल AA 2|PAC|36|850610|gst18|Household|Prakash|68|14
Steel Scrubber|स्टील स्क्रबर|PCS|15|732310|gst5|Household|Swachh|62|22
Plastic Bucket 16 L|प्लास्टिक बाल्टी 16 लीटर|PCS|220|392490|gst18|Household|Ghar|66|3
Onion Loose|प्याज़ खुला|KGS|34|070310|nil|Vegetables||76|140
Potato Loose|आलू खुला|KGS|30|070190|nil|Vegetables||76|130
Tomato Loose|टमाटर खुला|KGS|40|070200|nil|Vegetables||72|100
Groundnut Loose|मूंगफली खुली|KGS|140|120242|gst5|Dry fruit||78|12
Almonds 250 g|बादाम 250 ग्राम|PAC|260|080212|gst5|Dry fruit|Mewa|80|6
Cashew 250 g|काजू 250 ग्राम|PAC|290|080132|gst5|Dry fruit|Mewa|80|6
Raisins 250 g|किशमिश 250 ग्राम|PAC|125|080620|gst5|Dry fruit|Mewa|79|7
Dates 500 g|खजूर 500 ग्राम|PAC|180|080410|gst5|Dry fruit|Mewa|78|6
"""


def _read(line: str) -> Good:
    name, local_name, unit, mrp, hsn, tax, category, brand, cost_percent, weekly = line.split("|")
    return Good(name, local_name, unit, int(mrp), hsn, tax, category, brand, int(cost_percent), int(weekly))


GOODS: tuple[Good, ...] = tuple(_read(line) for line in _TABLE.strip().splitlines())

CUSTOMERS: tuple[tuple[str, str, int], ...] = tuple(
    (name, phone, int(limit))
    for name, phone, limit in (
        line.split("|")
        for line in """
Anjali Deshpande|9822010003|5000
Ramesh Kulkarni|9822010004|8000
Sunita Pawar|9822010005|3000
Imran Shaikh|9822010006|6000
Joseph D'Souza|9822010007|4000
Meena Joshi|9822010008|10000
Vijay Shinde|9822010009|2500
Kavita Jadhav|9822010010|5000
Prakash More|9822010011|7000
Shobha Gaikwad|9822010012|3000
Nilesh Patil|9822010013|12000
Farida Khan|9822010014|5000
Suresh Bhosale|9822010015|4000
Lata Chavan|9822010016|2000
Hotel Sai Prasad|9822010017|40000
Ganesh Tea House|9822010018|25000
Shivneri Canteen|9822010019|60000
Balaji Hostel Mess|9822010020|50000
""".strip().splitlines()
    )
)
