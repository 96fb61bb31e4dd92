from . import answer, portal

from . import public_page, intake, tracking, case_page, case_deeds, case_portal  # isort: skip
from . import approve, suggestion, register  # isort: skip
from . import extend  # isort: skip
from . import survey_page  # isort: skip
from . import points  # isort: skip
from . import handbook  # isort: skip
from . import regulator_return  # isort: skip
