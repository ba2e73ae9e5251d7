using System.Collections.Frozen;

namespace AICodeManager.Server.Work.Workspaces.Environment;

/// <summary>
/// Names that would change how the agent, its shell or the sandbox works, for everybody who runs a task in the workspace.
/// The agent's were read from the CLI that <c>deploy/workspace</c> pins. Compared without case.
/// </summary>
public static class ReservedNames
{
    private const string
        Agent = "the agent itself is set up by it",
        Server = "the server and its sandbox use it",
        Loader = "every program is loaded by it, before it runs",
        Shell = "the shell reads it, and may run what stands there, before any command that somebody approved",
        Interpreter = "an interpreter loads or runs what it names, before any program that somebody approved",
        Program = "other programs run what it names",
        Git = "Git and ssh run or read what it names",
        Way = "it says where connections go; a sandbox has one way out, which the server chooses",
        Trust = "it says whose certificates are believed",
        Text = "the agent's output is read as UTF-8";

    private static readonly FrozenDictionary<string, string> Names = Table(
        (Server, "PATH HOME PWD OLDPWD USER LOGNAME USERNAME SHELL TMPDIR TMP TEMP"),
        (Shell, "ENV IFS CDPATH FPATH ZDOTDIR PROMPT_COMMAND PS0 PS1 PS2 PS4 SHELLOPTS BASHOPTS SHLVL UID EUID PPID _"),
        (Loader, "GLIBC_TUNABLES GCONV_PATH GETCONF_DIR LOCPATH NLSPATH"),
        (Interpreter, "NODE_OPTIONS NODE_PATH NODE_CHANNEL_FD NODE_UNIQUE_ID NODE_REPL_EXTERNAL_MODULE NODE_V8_COVERAGE NODE_DEBUG"),
        (Interpreter, "PYTHONSTARTUP PYTHONHOME PYTHONINSPECT PYTHONBREAKPOINT PYTHONWARNINGS PYTHONUSERBASE PYTHONEXECUTABLE PYTHONPLATLIBDIR"),
        (Interpreter, "PERL5OPT PERL5DB PERL5LIB PERLLIB RUBYOPT RUBYLIB LUA_INIT JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS DOTNET_STARTUP_HOOKS"),
        (Program, "EDITOR VISUAL PAGER MANPAGER BROWSER LESSOPEN LESSCLOSE"),
        (Way, "NODE_USE_ENV_PROXY RES_OPTIONS HOSTALIASES LOCALDOMAIN"),
        (Trust, "SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED NODE_USE_SYSTEM_CA OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES"),
        (Text, "LANG LANGUAGE"),
        (Agent, "API_TIMEOUT_MS API_FORCE_IDLE_TIMEOUT IS_SANDBOX IS_DEMO AI_AGENT DEBUG DEBUG_SDK DEBUG_AUTH DO_NOT_TRACK"),
        (Agent, "DISABLE_AUTOUPDATER DISABLE_TELEMETRY DISABLE_ERROR_REPORTING DISABLE_GROWTHBOOK DISABLE_INSTALLATION_CHECKS"),
        (Agent, "DISABLE_AUTO_COMPACT DISABLE_COMPACT DISABLE_COST_WARNINGS DISABLE_INTERLEAVED_THINKING DISABLE_NON_ESSENTIAL_MODEL_CALLS"),
        (Agent, "MAX_THINKING_TOKENS MAX_STRUCTURED_OUTPUT_RETRIES MAX_MCP_OUTPUT_TOKENS TASK_MAX_OUTPUT_LENGTH SLASH_COMMAND_TOOL_CHAR_BUDGET"),
        (Agent, "USE_BUILTIN_RIPGREP USE_API_CONTEXT_MANAGEMENT USE_LOCAL_OAUTH USE_STAGING_OAUTH FALLBACK_FOR_ALL_PRIMARY_MODELS"),
        (Agent, "ENABLE_TOOL_SEARCH ENABLE_CLAUDEAI_MCP_SERVERS ENABLE_MCP_LARGE_OUTPUT_FILES ENABLE_BETA_TRACING_DETAILED BETA_TRACING_ENDPOINT"));

    private static readonly (string Beginning, string Reason)[] Families =
    [
        ("LD_", Loader), ("MALLOC_", Loader), ("BASH_", Shell), ("GIT_", Git), ("SSH_", Git), ("LC_", Text), ("XDG_", Server),
        ("AICLI_", Server), ("ANTHROPIC_", Agent), ("CLAUDE", Agent), ("BUN_", Agent), ("MCP_", Agent), ("OTEL_", Agent),
        ("AGENT_PROXY_", Way), ("DISABLE_PROMPT_CACHING", Agent),
    ];

    /// <summary>What the name is kept for, in words for people; null where it is free.</summary>
    public static string? Reason(string name) =>
        Names.TryGetValue(name, out var reason) ? reason
        : name.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase) ? Way
        : Families.FirstOrDefault(family => name.StartsWith(family.Beginning, StringComparison.OrdinalIgnoreCase)).Reason;

    private static FrozenDictionary<string, string> Table(params (string Reason, string Names)[] rows) =>
        (from row in rows from name in row.Names.Split(' ') select KeyValuePair.Create(name, row.Reason))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
}
