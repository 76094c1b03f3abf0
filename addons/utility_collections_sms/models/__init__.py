from . import res_company, sms_sms, utility_collection_notice
