using System.Collections.Frozen;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>Which words mean something in SQL; case does not matter.</summary>
internal static class SqlWords
{
    private const int Longest = 32;

    private static readonly FrozenDictionary<string, Meaning> Meanings = All().ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, Meaning>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Meanings.GetAlternateLookup<ReadOnlySpan<char>>();

    public static Meaning Of(ReadOnlySpan<char> word)
    {
        if (word.Length > Longest)
            return new(SqlKind.Name);
        if (Lookup.TryGetValue(word, out var meaning))
            return meaning;
        if (word.Length > 4 && word[..8.AtMost(word.Length)].Contains('_'))
        {
            if (Starts(word, "dbms_") || Starts(word, "utl_") || Starts(word, "ctxsys"))
                return new(SqlKind.Name, SqlWord.Package);
            if (Starts(word, "xp_") || Starts(word, "sp_oa"))
                return new(SqlKind.Name, SqlWord.ServerProcedure);
        }

        return new(SqlKind.Name);
    }

    private static int AtMost(this int length, int most) => Math.Min(length, most);

    private static bool Starts(ReadOnlySpan<char> word, string with) => word.StartsWith(with, StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, Meaning> All()
    {
        var all = new Dictionary<string, Meaning>(StringComparer.OrdinalIgnoreCase);
        void Are(SqlKind kind, SqlWord word, string words)
        {
            foreach (var one in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                all.Add(one, new(kind, word));
        }

        void Keyword(SqlWord word, string words) => Are(SqlKind.Word, word, words);

        Are(SqlKind.Logic, SqlWord.None, "and or xor");
        Are(SqlKind.Operator, SqlWord.Not, "not");
        Are(SqlKind.Operator, SqlWord.Binary, "binary");
        Are(SqlKind.Operator, SqlWord.None, "div mod collate");
        Are(SqlKind.Compare, SqlWord.Like, "like rlike regexp ilike glob similar sounds match");
        Are(SqlKind.Compare, SqlWord.In, "in");
        Are(SqlKind.Compare, SqlWord.Is, "is isnull notnull");
        Are(SqlKind.Compare, SqlWord.Between, "between");
        Are(SqlKind.Number, SqlWord.Null, "null");
        Are(SqlKind.Number, SqlWord.True, "true false");

        Keyword(SqlWord.Select, "select");
        Keyword(SqlWord.Union, "union intersect except");
        Keyword(SqlWord.All, "all");
        Keyword(SqlWord.Distinct, "distinct distinctrow");
        Keyword(SqlWord.Top, "top");
        Keyword(SqlWord.From, "from join");
        Keyword(SqlWord.Where, "where on");
        Keyword(SqlWord.Having, "having");
        Keyword(SqlWord.Order, "order");
        Keyword(SqlWord.Group, "group");
        Keyword(SqlWord.By, "by");
        Keyword(SqlWord.Limit, "limit offset");
        Keyword(SqlWord.Into, "into");
        Keyword(SqlWord.Outfile, "outfile dumpfile");
        Keyword(SqlWord.Case, "case");
        Keyword(SqlWord.When, "when");
        Keyword(SqlWord.Then, "then");
        Keyword(SqlWord.Else, "else");
        Keyword(SqlWord.As, "as");
        Keyword(SqlWord.Insert, "insert");
        Keyword(SqlWord.Update, "update");
        Keyword(SqlWord.Delete, "delete");
        Keyword(SqlWord.Drop, "drop");
        Keyword(SqlWord.Truncate, "truncate");
        Keyword(SqlWord.Create, "create");
        Keyword(SqlWord.Alter, "alter");
        Keyword(SqlWord.Thing, "table view trigger tablespace");
        Keyword(SqlWord.Set, "set");
        Keyword(SqlWord.Values, "values");
        Keyword(SqlWord.Execute, "exec execute");
        Keyword(SqlWord.Declare, "declare");
        Keyword(SqlWord.Begin, "begin");
        Keyword(SqlWord.Call, "call");
        Keyword(SqlWord.Shutdown, "shutdown");
        Keyword(SqlWord.WaitFor, "waitfor");
        Keyword(SqlWord.Delay, "delay");
        Keyword(SqlWord.Procedure, "procedure");
        Keyword(SqlWord.Analyse, "analyse analyze");
        Keyword(SqlWord.Immediate, "immediate");
        Keyword(SqlWord.OtherStatement, "merge grant revoke prepare handler load copy show backup restore reconfigure rename");

        Are(SqlKind.Function, SqlWord.If, "if iif");
        Are(SqlKind.Function, SqlWord.Sleep, "sleep benchmark pg_sleep pg_sleep_for randomblob");
        Are(SqlKind.Function, SqlWord.Telling,
            "load_file extractvalue updatexml xmltype generate_series gtid_subset gtid_subtract row_count json_keys make_set elt "
            + "group_concat concat_ws string_agg regexp_substring crypt_key raise_error load_extension lo_import lo_export "
            + "pg_read_file pg_ls_dir current_setting sqlite_version sqlite_compileoption_used fn_sqlvarbasetostr openrowset "
            + "opendatasource openquery db_name object_id object_name col_name is_srvrolemember is_member has_dbaccess "
            + "sys_context sys_eval sys_exec query_to_xml database_to_xml xmlelement getmappingxpath zeroblob sysdate "
            + "get_lock is_free_lock master_pos_wait uuid_short convert_tz aes_decrypt aes_encrypt des_decrypt old_password "
            + "substring_index from_base64 to_base64 uncompress unhex json_extract jsonb_pretty json_build_object bin_to_uuid "
            + "name_const ifnull nullif nvl systimestamp likelihood unlikely json_valid unistr");
        Are(SqlKind.Function, SqlWord.Char, "char chr nchar");
        Are(SqlKind.Function, SqlWord.Thing, "database schema");
        Are(SqlKind.Function, SqlWord.None,
            "ascii ord mid substr substring left right length len char_length concat coalesce cast convert count sum min max avg "
            + "hex bin md5 sha1 sha2 version user current_user system_user session_user user_name suser_name "
            + "rand random floor round ceil ceiling abs sign sin cos tan pi exp ln log lower upper lcase ucase trim ltrim rtrim "
            + "reverse repeat replace instr locate position strcmp exists any some row now curdate curtime current_date "
            + "current_time current_timestamp getdate date time day month year hour minute second quarter datediff "
            + "date_add last_insert_id connection_id found_rows password compress encode decode format lpad rpad space "
            + "overlay quote soundex stuff patindex charindex to_char to_number to_date default array greatest least "
            + "interval field conv inet_aton inet_ntoa bit_and bit_or std variance try_cast try_convert");
        Are(SqlKind.Name, SqlWord.Catalogue,
            "information_schema pg_catalog pg_roles pg_stat_activity pg_shadow pg_user pg_tables pg_database pg_class pg_authid sysobjects syscolumns "
            + "sysdatabases sysusers syslogins sysibm sysmaster syscat sysprocesses sys_tables msysobjects msysaces sqlite_master "
            + "sqlite_schema sqlite_temp_master all_tables all_users all_tab_columns all_tab_tables dba_users dba_tables "
            + "user_tables user_tab_columns user_objects v$version v$session rdb$database rdb$fields rdb$types rdb$relations");
        Are(SqlKind.Name, SqlWord.ServerProcedure, "sp_executesql sp_password sp_addsrvrolemember sp_addlogin sp_configure sp_makewebtask");
        Are(SqlKind.Name, SqlWord.Package, "ctxsys httpuritype user_lock");
        Are(SqlKind.Name, SqlWord.Type,
            "int integer bigint smallint numeric decimal real float text varchar nvarchar varchar2 json jsonb bool boolean "
            + "regclass timestamp bytea uuid inet xml");
        return all;
    }

    internal readonly record struct Meaning(SqlKind Kind, SqlWord Word = SqlWord.None);
}
