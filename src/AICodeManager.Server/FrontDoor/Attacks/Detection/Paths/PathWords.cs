using System.Collections.Frozen;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Paths;

/// <summary>Files and folders that only an intruder asks a web application for, and schemes that read files in place of a page.</summary>
internal static class PathWords
{
    /// <summary>Names of files that tell themselves, in whatever folder they are asked for.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Files = FoldedText.Words(
        "passwd", "shadow", "gshadow", "sudoers", "subuid", "subgid", "crontab", "master.passwd", "boot.ini", "win.ini", "system.ini", "ntuser.dat", "sam", "sysprep.inf", "unattend.xml",
        "sysprepunattend.txt", "sysprepunattended.xml", "web.xml", "web.config", ".htaccess", ".htpasswd", "wp-config.php", "config.inc.php", "global.asa", "global.asax",
        "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "authorized_keys", "known_hosts", ".npmrc", ".pypirc", ".netrc", ".pgpass", ".my.cnf", ".bash_history", ".sh_history", ".zsh_history",
        ".mysql_history", ".psql_history", ".history", ".bashrc", ".bash_profile", ".profile", ".boto", "access.log", "access_log", "error.log", "error_log", "errors.log", "server.xml", "httpd.conf",
        "tomcat-users.xml", "my.ini", "php.ini", "httpd.ini", "nginx.conf", "mysql.err", "license.rtf", "eula.txt", "cmd.exe", ".viminfo", ".wget-hsts", ".lesshst");

    /// <summary>Folders that are famous by themselves.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Folders = FoldedText.Words(
        "system32", "winnt", "inetpub", "web-inf", "meta-inf", ".ssh", ".aws", ".gnupg", ".kube", ".svn", "xampp", "wamp", "system volume information");

    /// <summary>Folders of an operating system, where a path that begins with one names a file of the machine.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Roots = FoldedText.Words("etc", "proc", "sys", "root", "windows", "winnt", "boot");

    /// <summary>Wrappers by which PHP, Java and libraries of both read something else than a file under the root.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Schemes = FoldedText.Words(
        "file", "php", "zip", "phar", "expect", "glob", "jar", "netdoc", "zlib", "bzip2", "ogg", "rar", "exec", "shell", "shell2", "shell2.exec", "view-source");

    /// <summary>The longest name in the sets; what is longer needs no look.</summary>
    public const int Longest = 25;

    public static bool IsFile(ReadOnlySpan<char> name) => Files.Contains(name);

    public static bool IsFolder(ReadOnlySpan<char> name) => Folders.Contains(name);

    public static bool IsRoot(ReadOnlySpan<char> name) => Roots.Contains(name);

    public static bool IsScheme(ReadOnlySpan<char> name) => Schemes.Contains(name);
}
