"""The words that lists are full of."""

_TEXT = """
adrián amanhã amapá andrés antónio antônio aquí araújo asunción así atención atenção até avó avô ação año años belém
belén bogotá brasília café ceará compañía conceição concepción crédito cuiabá cuándo cédula césar código cómo córdoba
cúcuta descripción descrição después dirección disponível domínguez débito día días díaz dónde endereço español está
están estás fabián fernández flávia garcía germán gestión glória goiânia gonzález gonçalves gutiérrez gómez hernán
hernández há héctor ibagué ibáñez información informação informações inés inês irmãos iván jesús jiménez joaquín josé
joão julián já león ligação lucía luís línea lópez macapá maceió magalhães maranhão martín martínez maría matrícula
mañana medellín montería município muñoz márcia mário márquez más méndez mérida méxico mês mónica móvil neuquén
nicolás niterói não número números núñez observación olá ordóñez panamá paraná patrícia país países perú peña piauí
popayán praça preço próxima próximo página pé pérez querétaro quién qué ramírez ramón razão razón raúl rocío rodríguez
rondônia rubén río sebastián sebastião según serviço será señor señora simón simões situação sofía suárez sánchez são
sí só sólo también teléfono tomás três tucumán vehículo velásquez verónica você vocês válido vásquez vázquez víctor à
às álvarez ángel ángela é él ñañez órgão óscar última último
"""
KNOWN = frozenset(_TEXT.split())
"""In small letters; each found makes its reading a little likelier."""
