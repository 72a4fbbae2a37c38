"""The cities of the demo world, with their GeoNames ids and centroids."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    """A city: GeoNames id, country or region (ISO 3166), degrees north and east."""

    id: int
    country: str
    lat: float
    lon: float


CITIES = {
    "Abidjan": City(2293538, "CI", 5.35, -4.0),  # Abidjan, CI
    "Accra": City(2306104, "GH", 5.56, -0.2),  # Accra, GH
    "Adelaide": City(2078025, "AU", -34.93, 138.6),  # Adelaide, AU
    "Algiers": City(2507480, "DZ", 36.73, 3.09),  # Algiers, DZ
    "Amman": City(250441, "JO", 31.96, 35.95),  # Amman, JO
    "Antananarivo": City(1070940, "MG", -18.91, 47.54),  # Antananarivo, MG
    "Auckland": City(2193733, "NZ", -36.85, 174.76),  # Auckland, NZ
    "Bangkok": City(1609350, "TH", 13.75, 100.5),  # Bangkok, TH
    "Barcelona": City(3128760, "ES", 41.39, 2.16),  # Barcelona, ES
    "Beersheba": City(295530, "IL", 31.25, 34.79),  # Beersheba, IL
    "Beijing": City(1816670, "CN", 39.91, 116.4),  # Beijing, CN
    "Belfast": City(2655984, "GB", 54.6, -5.93),  # Belfast, GB
    "Bengaluru": City(1277333, "IN", 12.97, 77.59),  # Bengaluru, IN
    "Berlin": City(2950159, "DE", 52.52, 13.41),  # Berlin, DE
    "Bogotá": City(3688689, "CO", 4.61, -74.08),  # Bogotá, CO
    "Bologna": City(3181928, "IT", 44.49, 11.34),  # Bologna, IT
    "Brest": City(3030300, "FR", 48.39, -4.49),  # Brest, FR
    "Brussels": City(2800866, "BE", 50.85, 4.35),  # Brussels, BE
    "Buenos Aires": City(3435910, "AR", -34.61, -58.38),  # Buenos Aires, AR
    "Busan": City(1838524, "KR", 35.1, 129.03),  # Busan, KR
    "Cairo": City(360630, "EG", 30.06, 31.25),  # Cairo, EG
    "Cape Town": City(3369157, "ZA", -33.93, 18.42),  # Cape Town, ZA
    "Cardiff": City(2653822, "GB", 51.48, -3.18),  # Cardiff, GB
    "Cartagena": City(3687238, "CO", 10.4, -75.49),  # Cartagena, CO
    "Chengdu": City(1815286, "CN", 30.67, 104.07),  # Chengdu, CN
    "Chicago": City(4887398, "US", 41.85, -87.65),  # Chicago, US
    "Chongqing": City(1814906, "CN", 29.56, 106.56),  # Chongqing, CN
    "Cologne": City(2886242, "DE", 50.93, 6.95),  # Cologne, DE
    "Colombo": City(1248991, "LK", 6.94, 79.85),  # Colombo, LK
    "Cusco": City(3941584, "PE", -13.53, -71.97),  # Cusco, PE
    "Daejeon": City(1835235, "KR", 36.35, 127.38),  # Daejeon, KR
    "Dakar": City(2253354, "SN", 14.69, -17.44),  # Dakar, SN
    "Dhaka": City(1185241, "BD", 23.71, 90.41),  # Dhaka, BD
    "Dresden": City(2935022, "DE", 51.05, 13.74),  # Dresden, DE
    "Dublin": City(2964574, "IE", 53.33, -6.25),  # Dublin, IE
    "Florence": City(3176959, "IT", 43.78, 11.25),  # Florence, IT
    "Freiburg": City(2925177, "DE", 48.0, 7.85),  # Freiburg, DE
    "Fukuoka": City(1863967, "JP", 33.6, 130.42),  # Fukuoka, JP
    "Geneva": City(2660646, "CH", 46.2, 6.15),  # Geneva, CH
    "Genoa": City(3176219, "IT", 44.4, 8.94),  # Genoa, IT
    "Glasgow": City(2648579, "GB", 55.87, -4.26),  # Glasgow, GB
    "Guadalajara": City(4005539, "MX", 20.68, -103.35),  # Guadalajara, MX
    "Guangzhou": City(1809858, "CN", 23.12, 113.25),  # Guangzhou, CN
    "Gwangju": City(1841811, "KR", 35.15, 126.92),  # Gwangju, KR
    "Haifa": City(294801, "IL", 32.81, 35.0),  # Haifa, IL
    "Hamburg": City(2911298, "DE", 53.55, 9.99),  # Hamburg, DE
    "Hangzhou": City(1808926, "CN", 30.29, 120.16),  # Hangzhou, CN
    "Hanoi": City(1581130, "VN", 21.02, 105.84),  # Hanoi, VN
    "Harare": City(890299, "ZW", -17.83, 31.05),  # Harare, ZW
    "Harbin": City(2037013, "CN", 45.75, 126.65),  # Harbin, CN
    "Helsinki": City(658225, "FI", 60.17, 24.94),  # Helsinki, FI
    "Hiroshima": City(1862415, "JP", 34.4, 132.45),  # Hiroshima, JP
    "Hong Kong": City(1819729, "HK", 22.28, 114.17),  # Hong Kong, HK
    "Honolulu": City(5856195, "US", 21.31, -157.86),  # Honolulu, US
    "Incheon": City(1843564, "KR", 37.46, 126.71),  # Incheon, KR
    "Jakarta": City(1642911, "ID", -6.21, 106.85),  # Jakarta, ID
    "Jeju City": City(1846266, "KR", 33.51, 126.52),  # Jeju City, KR
    "Jerusalem": City(281184, "IL", 31.77, 35.22),  # Jerusalem, IL
    "Jingdezhen": City(1805680, "CN", 29.29, 117.21),  # Jingdezhen, CN
    "Kampala": City(232422, "UG", 0.32, 32.58),  # Kampala, UG
    "Kaohsiung": City(1673820, "TW", 22.62, 120.31),  # Kaohsiung, TW
    "Karachi": City(1174872, "PK", 24.86, 67.01),  # Karachi, PK
    "Kathmandu": City(1283240, "NP", 27.7, 85.32),  # Kathmandu, NP
    "Kazan": City(551487, "RU", 55.79, 49.12),  # Kazan, RU
    "Kigali": City(202061, "RW", -1.95, 30.06),  # Kigali, RW
    "Kingston": City(3489854, "JM", 18.0, -76.79),  # Kingston, JM
    "Kolkata": City(1275004, "IN", 22.56, 88.36),  # Kolkata, IN
    "Kunming": City(1804651, "CN", 25.04, 102.72),  # Kunming, CN
    "Kyoto": City(1857910, "JP", 35.02, 135.75),  # Kyoto, JP
    "Lagos": City(2332459, "NG", 6.45, 3.39),  # Lagos, NG
    "Leipzig": City(2879139, "DE", 51.34, 12.37),  # Leipzig, DE
    "Lima": City(3936456, "PE", -12.04, -77.03),  # Lima, PE
    "London": City(2643743, "GB", 51.51, -0.13),  # London, GB
    "Lyon": City(2996944, "FR", 45.75, 4.85),  # Lyon, FR
    "Macao": City(1821274, "MO", 22.2, 113.55),  # Macao, MO
    "Madrid": City(3117735, "ES", 40.42, -3.7),  # Madrid, ES
    "Manchester": City(2643123, "GB", 53.48, -2.24),  # Manchester, GB
    "Manila": City(1701668, "PH", 14.6, 120.98),  # Manila, PH
    "Marseille": City(2995469, "FR", 43.3, 5.38),  # Marseille, FR
    "Medellín": City(3674962, "CO", 6.25, -75.57),  # Medellín, CO
    "Melbourne": City(2158177, "AU", -37.81, 144.96),  # Melbourne, AU
    "Mexico City": City(3530597, "MX", 19.43, -99.13),  # Mexico City, MX
    "Milan": City(3173435, "IT", 45.46, 9.19),  # Milan, IT
    "Montevideo": City(3441575, "UY", -34.9, -56.19),  # Montevideo, UY
    "Montreal": City(6077243, "CA", 45.51, -73.59),  # Montreal, CA
    "Moscow": City(524901, "RU", 55.75, 37.62),  # Moscow, RU
    "Mumbai": City(1275339, "IN", 19.07, 72.88),  # Mumbai, IN
    "Munich": City(2867714, "DE", 48.14, 11.58),  # Munich, DE
    "Nagoya": City(1856057, "JP", 35.18, 136.91),  # Nagoya, JP
    "Naha": City(1856035, "JP", 26.21, 127.68),  # Naha, JP
    "Nairobi": City(184745, "KE", -1.28, 36.82),  # Nairobi, KE
    "Nanjing": City(1799962, "CN", 32.06, 118.78),  # Nanjing, CN
    "Naples": City(3172394, "IT", 40.85, 14.27),  # Naples, IT
    "Nazareth": City(294098, "IL", 32.7, 35.3),  # Nazareth, IL
    "New York": City(5128581, "US", 40.71, -74.01),  # New York, US
    "Novosibirsk": City(1496747, "RU", 55.02, 82.93),  # Novosibirsk, RU
    "Osaka": City(1853909, "JP", 34.69, 135.5),  # Osaka, JP
    "Palermo": City(2523920, "IT", 38.12, 13.36),  # Palermo, IT
    "Paris": City(2988507, "FR", 48.85, 2.35),  # Paris, FR
    "Perth": City(2063523, "AU", -31.95, 115.86),  # Perth, AU
    "Port-au-Prince": City(3718426, "HT", 18.54, -72.34),  # Port-au-Prince, HT
    "Quito": City(3652462, "EC", -0.23, -78.52),  # Quito, EC
    "Rabat": City(2538475, "MA", 34.01, -6.83),  # Rabat, MA
    "Ravenna": City(3169561, "IT", 44.41, 12.2),  # Ravenna, IT
    "Reykjavik": City(3413829, "IS", 64.14, -21.9),  # Reykjavik, IS
    "Rome": City(3169070, "IT", 41.89, 12.51),  # Rome, IT
    "Saint Petersburg": City(498817, "RU", 59.94, 30.31),  # Saint Petersburg, RU
    "Samara": City(499099, "RU", 53.21, 50.14),  # Samara, RU
    "San José": City(3621849, "CR", 9.93, -84.08),  # San José, CR
    "Santiago": City(3871336, "CL", -33.46, -70.65),  # Santiago, CL
    "Sapporo": City(2128295, "JP", 43.07, 141.35),  # Sapporo, JP
    "Seattle": City(5809844, "US", 47.61, -122.33),  # Seattle, US
    "Sendai": City(2111149, "JP", 38.27, 140.87),  # Sendai, JP
    "Seoul": City(1835848, "KR", 37.57, 126.98),  # Seoul, KR
    "Seville": City(2510911, "ES", 37.38, -5.97),  # Seville, ES
    "Shanghai": City(1796236, "CN", 31.22, 121.46),  # Shanghai, CN
    "Shenzhen": City(1795565, "CN", 22.55, 114.07),  # Shenzhen, CN
    "Singapore": City(1880252, "SG", 1.29, 103.85),  # Singapore, SG
    "Strasbourg": City(2973783, "FR", 48.58, 7.75),  # Strasbourg, FR
    "Suva": City(2198148, "FJ", -18.14, 178.43),  # Suva, FJ
    "Suzhou": City(1886760, "CN", 31.3, 120.6),  # Suzhou, CN
    "Sydney": City(2147714, "AU", -33.87, 151.21),  # Sydney, AU
    "Taichung": City(1668399, "TW", 24.15, 120.68),  # Taichung, TW
    "Tainan": City(1668355, "TW", 22.99, 120.21),  # Tainan, TW
    "Taipei": City(1668341, "TW", 25.05, 121.53),  # Taipei, TW
    "Tallinn": City(588409, "EE", 59.44, 24.75),  # Tallinn, EE
    "Tel Aviv": City(293397, "IL", 32.08, 34.78),  # Tel Aviv, IL
    "Tokyo": City(1850147, "JP", 35.69, 139.69),  # Tokyo, JP
    "Toronto": City(6167865, "CA", 43.71, -79.4),  # Toronto, CA
    "Tunis": City(2464470, "TN", 36.82, 10.17),  # Tunis, TN
    "Turin": City(3165524, "IT", 45.07, 7.69),  # Turin, IT
    "Valencia": City(2509954, "ES", 39.47, -0.38),  # Valencia, ES
    "Valparaíso": City(3868626, "CL", -33.04, -71.63),  # Valparaíso, CL
    "Vancouver": City(6173331, "CA", 49.25, -123.12),  # Vancouver, CA
    "Venice": City(3164603, "IT", 45.44, 12.33),  # Venice, IT
    "Vladivostok": City(2013348, "RU", 43.11, 131.87),  # Vladivostok, RU
    "Weifang": City(1791681, "CN", 36.71, 119.1),  # Weifang, CN
    "Wellington": City(2179537, "NZ", -41.29, 174.78),  # Wellington, NZ
    "Wuhan": City(1791247, "CN", 30.58, 114.27),  # Wuhan, CN
    "Xi'an": City(1790630, "CN", 34.26, 108.93),  # Xi'an, CN
    "Yekaterinburg": City(1486209, "RU", 56.86, 60.62),  # Yekaterinburg, RU
    "Yokohama": City(1848354, "JP", 35.43, 139.65),  # Yokohama, JP
}
