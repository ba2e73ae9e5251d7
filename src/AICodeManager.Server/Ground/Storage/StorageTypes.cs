using System.Data;
using Dapper;

namespace AICodeManager.Server.Ground.Storage;

/// <summary>How our own types look in both databases.</summary>
public static class StorageTypes
{
    private static readonly Lazy<bool> Once = new(() =>
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new MomentHandler());
        SqlMapper.RemoveTypeMap(typeof(Guid));
        SqlMapper.RemoveTypeMap(typeof(Guid?));
        SqlMapper.AddTypeHandler(new GuidHandler());
        return true;
    });

    public static void Register() => _ = Once.Value;

    /// <summary>Lets a small type that is a word (a state, a mode) be stored as that word.</summary>
    public static void AddWord<T>(Func<T, string> write, Func<string, T> read) =>
        SqlMapper.AddTypeHandler(new WordHandler<T>(write, read));

    private sealed class MomentHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) =>
            (parameter.DbType, parameter.Value) = (DbType.Int64, value.ToUnixTimeMilliseconds());

        public override DateTimeOffset Parse(object value) =>
            DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(value));
    }

    private sealed class GuidHandler : SqlMapper.TypeHandler<Guid>
    {
        public override void SetValue(IDbDataParameter parameter, Guid value) =>
            (parameter.DbType, parameter.Value) = (DbType.String, value.ToString("D"));

        public override Guid Parse(object value) => Guid.ParseExact((string)value, "D");
    }

    private sealed class WordHandler<T>(Func<T, string> write, Func<string, T> read) : SqlMapper.TypeHandler<T>
    {
        public override void SetValue(IDbDataParameter parameter, T? value) =>
            (parameter.DbType, parameter.Value) = (DbType.String, value is null ? DBNull.Value : write(value));

        public override T Parse(object value) => read((string)value);
    }
}
