# Odoo 19 with the OCA add-ons that ours need, and ours.
FROM odoo:19

USER root
COPY requirements/addons.txt requirements/containers.txt /opt/utility/requirements/
# Odoo's own libraries come with the image: nothing but these is installed.
RUN pip3 install --break-system-packages --no-cache-dir --no-deps \
        -r /opt/utility/requirements/addons.txt \
        -r /opt/utility/requirements/containers.txt
COPY config/odoo.conf /etc/odoo/odoo.conf
COPY config/init-database /opt/utility/config/
COPY devtools /opt/utility/devtools
COPY addons /opt/utility/addons
USER odoo

HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=5 \
    CMD curl -fsS http://127.0.0.1:8069/web/health || exit 1
