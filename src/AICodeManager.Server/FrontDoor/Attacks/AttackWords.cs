using AICodeManager.Server.FrontDoor.Attacks.Detection;

namespace AICodeManager.Server.FrontDoor.Attacks;

/// <summary>The classes as events, metrics and the configuration name them.</summary>
public static class AttackWords
{
    public static string Of(AttackClass of) => of switch
    {
        AttackClass.SqlInjection => "sql_injection",
        AttackClass.CrossSiteScripting => "xss",
        AttackClass.CommandInjection => "command_injection",
        AttackClass.PathTraversal => "path_traversal",
        _ => "protocol",
    };
}
