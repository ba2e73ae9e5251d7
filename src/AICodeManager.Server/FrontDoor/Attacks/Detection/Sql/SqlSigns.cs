namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>Findings of the SQL rules, by weight.</summary>
internal static class SqlSigns
{
    public static Finding Strong(string rule) => new(AttackClass.SqlInjection, Finding.Strong, rule);

    public static Finding Weak(string rule) => new(AttackClass.SqlInjection, Finding.Weak, rule);
}
