using System.Collections.Frozen;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Shell;

/// <summary>How sure a command's name is a command.</summary>
internal enum CommandKind
{
    None,

    /// <summary>Also a word of prose, of URLs or of tables: <c>id</c>, <c>time</c>, <c>more</c>.</summary>
    AlsoWord,

    /// <summary>Hardly ever anything else.</summary>
    Sure,
}

/// <summary>Names of programs and shell builtins that injected command lines begin with.</summary>
internal static class ShellWords
{
    private static readonly FrozenDictionary<string, CommandKind> Commands = Build();

    private static readonly FrozenDictionary<string, CommandKind>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Commands.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Functions by which other languages open a shell over a network or run what they fetched.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> RemoteCalls = FoldedText.Words(
        "fsockopen", "pfsockopen", "downloadstring", "downloadfile", "frombase64string", "iex", "spawnv", "execve");

    public static bool IsRemoteCall(ReadOnlySpan<char> word) => RemoteCalls.Contains(word);

    public static CommandKind Kind(ReadOnlySpan<char> word) => Lookup.TryGetValue(word, out var kind) ? kind : CommandKind.None;

    private static FrozenDictionary<string, CommandKind> Build()
    {
        var kinds = new Dictionary<string, CommandKind>(StringComparer.OrdinalIgnoreCase);
        foreach (var word in Sure.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            kinds[word] = CommandKind.Sure;
        foreach (var word in AlsoWords.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            kinds[word] = CommandKind.AlsoWord;
        return kinds.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private const string Sure =
        "whoami ifconfig netstat wget curl nc ncat netcat uname passwd nslookup dig bash sh zsh ksh csh tcsh busybox toybox "
        + "python python2 python3 perl ruby php php5 php7 nodejs lua awk gawk mawk sed grep egrep fgrep zgrep xargs base32 base64 xxd nmap ssh ssh-copy-id "
        + "scp sftp rsync telnet ftp tftp lftp chmod chown chgrp rmdir mkdir mkfifo mknod mv rm cp ls tac cat nl od hexdump tee printf printenv env "
        + "ping ping6 traceroute tracepath iptables crontab useradd adduser usermod deluser sudo doas su pkill killall nohup strace ltrace gdb gcc cc tcc "
        + "c89 c99 g++ clang htop vmstat lsof ps ss arp ipconfig ip6tables ethtool hostnamectl systemctl journalctl dmesg lsblk fdisk mkfs dd df du lastlog "
        + "finger getent uptime tar gzip gunzip unxz xz bzip2 bunzip2 unzip zcat zless bzcat apt apt-get aptitude dpkg yum dnf rpm pip pip3 pipx npm npx gem "
        + "docker kubectl ansible ansible-console ansible-playbook ansible-config ansible-doc ansible-galaxy ansible-pull ansible-vault chef-client chef-shell chef-solo visudo openssl gpg socat proxychains ncdu irb jrunscript jjs tmux vim vi "
        + "cscli pwd ln setsid flock ulimit unset chroot nsenter unshare capsh setcap getcap mysqldump mysql psql sqlite3 redis-cli "
        + "mongo aria2c lynx w3m elinks sendmail mutt sysinfo "
        + "cmd cmd.exe powershell powershell.exe pwsh cscript wscript mshta rundll32 regsvr32 certutil bitsadmin wmic tasklist taskkill systeminfo netsh schtasks "
        + "icacls cacls attrib regedit sc.exe net.exe net1 findstr xcopy robocopy ipconfig.exe vssadmin bcdedit bcdboot diskpart iwr invoke-webrequest iex "
        + "invoke-expression get-process get-childitem get-content dir rd md del ren whoami.exe";

    private const string AlsoWords =
        "mail wall fetch expect strings screen bridge fish dash ash source exec eval alias comm perf axel ed erase rev reg ver "
        + "id w who last time date sleep echo more less head tail sort cut tr uniq wc find locate which whereis file stat touch test true false yes kill jobs "
        + "history set export read type net copy move start shutdown reboot halt host hostname users groups join split paste fold watch install make man info help "
        + "top free mount umount link at batch nice node go java cd tree diff patch route ip top sc call for if while until function case exit logout cls query "
        + "column trap ll jobs assoc ftype path prompt title color pause rem subst label vol format chkdsk sort print view open close fc comp edit system passthru phpinfo service";
}
