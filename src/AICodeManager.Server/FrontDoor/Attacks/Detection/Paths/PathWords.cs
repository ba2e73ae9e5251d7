using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Paths;

/// <summary>Files that only an intruder asks a web application for, and schemes that read files in place of a page.</summary>
internal static class PathWords
{
    /// <summary>Parts of paths that tell a famous file; slashes are forward, letters small.</summary>
    public static readonly SearchValues<string> Famous = SearchValues.Create(
        [
            "etc/passwd", "etc/shadow", "etc/group", "etc/hosts", "etc/issue", "etc/sudoers", "etc/gshadow", "etc/subuid", "etc/crontab", "etc/fstab", "etc/motd", "etc/mysql",
            "etc/ssh", "etc/apache", "etc/httpd", "etc/nginx", "etc/php", "etc/security", "etc/resolv.conf", "etc/ssl", "etc/samba", "etc/vsftpd", "etc/proftp", "etc/exports",
            "proc/self", "proc/version", "proc/cmdline", "proc/net", "proc/1/", "sys/class", "dev/random", "dev/zero",
            "boot.ini", "win.ini", "system.ini", "windows/system32", "winnt/system32", "windows/repair", "windows/php.ini", "windows/my.ini", "windows/panther", "inetpub/",
            "system32/cmd.exe", "system32/drivers", "system32/config", "ntuser.dat", "xampp/apache", "program files/",
            "web-inf/", "meta-inf/", "web.config", ".htaccess", ".htpasswd", "wp-config", "config.inc.php", "global.asa",
            ".ssh/", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "authorized_keys", "known_hosts", ".aws/credentials", ".docker/config", ".kube/config", ".npmrc", ".pypirc",
            ".netrc", ".pgpass", ".my.cnf", ".bash_history", ".mysql_history", ".psql_history", ".bashrc", ".git/config", ".git/head", ".svn/entries", ".svn/wc.db",
            "access.log", "access_log", "error.log", "error_log", "errors.log", "server.xml", "httpd.conf", "tomcat-users.xml",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Wrappers by which PHP, Java and libraries of both read something else than a file under the root.</summary>
    public static readonly string[] Schemes =
        ["file:", "php:", "zip:", "phar:", "expect:", "glob:", "jar:", "netdoc:", "compress.zlib:", "compress.bzip2:", "ogg:", "rar:", "ssh2.", "zlib:", "view-source:"];
}
