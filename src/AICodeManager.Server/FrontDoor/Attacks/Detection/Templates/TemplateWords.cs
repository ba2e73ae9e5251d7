using System.Buffers;
using System.Collections.Frozen;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Templates;

/// <summary>Names by which injected expressions reach the interpreter behind a template, a deserializer or a document store.</summary>
internal static class TemplateWords
{
    /// <summary>Inside an expression: a walk from a value to the interpreter, or a call of the system.</summary>
    public static readonly SearchValues<string> Walks = SearchValues.Create(
        [
            "__class__", "__mro__", "__bases__", "__base__", "__subclasses__", "__globals__", "__init__", "__builtins__", "__import__", "__dict__", "\\x5f",
            "getclass", "forname(", ".class.", "classloader", "getruntime", "processbuilder", "newinstance", "scriptengine", "t(java", "new java", "java.lang", "freemarker",
            "os.system", "os.popen", "subprocess", "popen", "system(", "system.", "exec(", "shell_exec", "passthru", "eval(", "execsync", "child_process", "mainmodule", "constructor",
            "require(", "file.open", "file.read", "dir.", "registerundefinedfilter", "_self", "self.", "self[", "request.", "request|", "request[", "config.", "config[",
            "settings.", "cycler", "joiner", "lipsum", "namespace.", "attr(", "|filter", "|map", "|reduce", "|join", "get_user_file", "include(", "file_get_contents", "phpinfo",
            "jndi", "env:", "sys:", "lower:", "upper:", "globals", "builtins", "runtime", "getenv", "readfile", "@print", "write(", "open(", "assign",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Words that, before a dot, a bracket or a colon, call for a closer look at the whole value.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Suspects = FoldedText.Words(
        "java", "javax", "org", "com", "sun", "ognl", "runtime", "getruntime", "processbuilder", "class", "classloader", "getclass", "xwork", "constructor", "process", "global", "main",
        "os", "io", "kernel", "open3", "subprocess", "system", "require", "jndi", "apache", "collections", "method", "unmarshaller", "templatesimpl", "jdbcrowsetimpl");

    /// <summary>Names of classes and expressions that only an attack on a Java program writes.</summary>
    public static readonly SearchValues<string> JavaExploits = SearchValues.Create(
        [
            "getruntime().exec", "java.lang.runtime", "java.lang.processbuilder", "processbuilder.evil", "java.evil", "org.apache.commons.collections", "invokertransformer",
            "instantiatetransformer", "instantiatefactory", "prototypeclonefactory", "prototypeserializationfactory", "clonetransformer", "whileclosure", "forclosure",
            "templatesimpl", "jdbcrowsetimpl", "ognl.ognlcontext", "@ognl", "#_memberaccess", "com.opensymphony.xwork2", "xwork.methodaccessor", "class.module.classloader",
            "class.classloader", "javax.script.scriptenginemanager", "t(java.lang", "com.sun.rowset", "com.sun.org.apache", "org.omg.corba", "jndi:ldap", "jndi:rmi", "jndi:dns", "jndi:${",
            "getclass().forname", "java.beans.xmldecoder",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Node.js and Python walks that are a program wherever they stand.</summary>
    public static readonly SearchValues<string> Programs = SearchValues.Create(
        [
            "require('child_process", "require(\"child_process", "require(`child_process", "process.mainmodule", "process.binding(", "global.process", "main.constructor._load", "constructor._load",
            "constructor.constructor(", ".constructor('", ".constructor(\"", "constructor:constructor", "constructor.prototype", "constructor[\"prototype", "constructor['prototype", "constructor[prototype", "__proto__[", "__proto__.", "[__proto__]", "\"__proto__\"", "__proto__:",
            "_$$nd_func$$_", "__js_function",
            "__class__.__mro__", "__class__.__base", "__class__.__init__", "__init__.__globals__", "__subclasses__(", "__import__('", "__import__(\"", "!!python/", "os.system('", "os.system(\"",
            "os.popen('", "os.popen(\"", "subprocess.popen(", "subprocess.call(", "subprocess.check_output(", "process.spawn(", "open3.popen", "kernel.exec(", "kernel.exit", "kernel.system(",
            "io.popen(", "os.execute(", "system.shell(",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Packages whose classes a deserializer is asked for by name.</summary>
    public static readonly string[] JavaPackages =
        ["java.", "javax.script.", "javax.naming.", "org.apache.commons", "org.apache.struts", "org.springframework.", "com.sun.", "sun.reflect.", "ognl."];

    /// <summary>Functions by which injected PHP shows that it runs, or runs more.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> PhpCalls = FoldedText.Words(
        "system", "exec", "shell_exec", "passthru", "popen", "proc_open", "pcntl_exec", "phpinfo", "phpversion", "eval", "assert", "create_function", "call_user_func", "call_user_func_array",
        "base64_decode", "base64_encode", "gzinflate", "gzuncompress", "gzdecode", "bzdecompress", "str_rot13", "strrev", "convert_uudecode", "file_get_contents", "file_put_contents",
        "fopen", "fwrite", "fputs", "fputcsv", "readfile", "fsockopen", "pfsockopen", "stream_socket_client", "curl_exec", "move_uploaded_file", "unserialize", "unlink", "chmod", "ini_set", "ini_get",
        "ini_alter", "preg_replace", "array_map", "array_filter", "array_diff", "usort", "uasort", "extract", "parse_str", "print_r", "var_dump", "var_export", "highlight_file", "show_source",
        "is_array", "is_file", "strip_tags", "htmlspecialchars", "escapeshellarg", "escapeshellcmd", "opendir", "readdir", "scandir", "glob", "getenv", "putenv", "register_shutdown_function",
        "checkdate", "md5", "chr", "die", "include", "include_once", "require", "require_once", "dl", "mail", "header", "set_time_limit", "ob_start", "array_walk", "func_get_args", "get_defined_vars");

    /// <summary>Families of such functions, by what their names begin with.</summary>
    private static readonly string[] PhpFamilies = ["odbc_", "sodium_crypto_", "mysql_", "mysqli_", "sqlite_", "pg_", "posix_", "socket_", "ftp_", "apache_", "openssl_", "session_"];

    /// <summary>Operators of a document store.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> StoreOperators = FoldedText.Words(
        "where", "ne", "gt", "gte", "lt", "lte", "eq", "in", "nin", "regex", "exists", "or", "and", "not", "nor", "type", "mod", "all", "size", "expr", "jsonschema", "text", "func", "elemmatch");

    public static bool IsSuspect(ReadOnlySpan<char> word) => word.Length > 1 && Suspects.Contains(word);

    public static bool IsStoreOperator(ReadOnlySpan<char> word) => StoreOperators.Contains(word);

    public static bool IsPhpCall(ReadOnlySpan<char> word)
    {
        if (PhpCalls.Contains(word))
            return true;
        foreach (var family in PhpFamilies)
            if (word.StartsWith(family, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
