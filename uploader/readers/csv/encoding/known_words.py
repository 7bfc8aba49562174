"""Words with letters over 127 that lists are full of; each of them makes its reading a little likelier."""

_WORDS = """
adrián amanhã amapá andrés antónio antônio aquí araújo asunción así atención atenção até avó avô açaí ação aí año años
belém belén bogotá brasília café ceará compañía conceição concepción crédito cuiabá cuándo cá cão cédula césar código
cómo córdoba cúcuta descripción descrição después dirección disponível domínguez dá dão dé débito dizê dê día días díaz
dó dónde dña endereço español está están estás fabián fernández fazê flávia fã fé garcía germán gestión glória goiânia
gonzález gonçalves gutiérrez gás gómez hernán hernández há héctor ibagué ibáñez información informação informações inés
inês irmã irmãos iván jesús jiménez joaquín josé joão julián já león ligação limão lucía luís lá lã lê lês línea lópez
macapá maceió magalhães maranhão martín martínez maría matrícula maçã mañana medellín montería município muñoz márcia
mário márquez más mãe mão méndez mérida méxico mês mí mónica móvil neuquén nicolás niterói não né nó número números
núñez observación olá ordóñez oí panamá paraná patrícia país países perú peña piauí popayán praça preço próxima próximo
pá página pão pé pérez pó pôr pôs põe querétaro quién qué ramírez ramón razão razón raúl rocío rodríguez rondônia rubén
rã ré río sebastián sebastião según serviço será señor señora simón simões situação sofía suárez sánchez sã são sé sí
só sólo también também teléfono tomás trazê três tucumán tão té tía tú ué vehículo velásquez verónica você vocês vá
válido vásquez vázquez vã vão vê víctor vó às ácido água álvarez ángel ángela árbol área áreas ângela ângulo ânimo él
época éxito êxito índice índices ítalo ñañez ñu órgão óscar última últimas último últimos único úrsula útil
"""
KNOWN_WORDS = frozenset(_WORDS.split())
"""In small letters."""
