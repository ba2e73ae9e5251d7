using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.FrontDoor.Accounts.Administration;

/// <summary>
/// Whether one role may do all that another may. Who manages users must not gain by it what his own role lacks: he
/// neither gives a role that reaches further than his, nor touches an account that has one.
/// </summary>
public static class RoleCover
{
    /// <param name="name">A role that the configuration no longer has may do nothing, and anybody's covers it.</param>
    public static bool Covers(this RbacSettings rbac, string mine, string name)
    {
        var granted = rbac.Roles.GetValueOrDefault(mine)?.Permissions ?? [];
        return (rbac.Roles.GetValueOrDefault(name)?.Permissions ?? []).All(wanted => granted.Any(one => Covers(one, wanted)));
    }

    private static bool Covers(string granted, string wanted)
    {
        if (granted == wanted || granted is "*" or "*:*" || granted + ":own" == wanted)
        {
            return true;
        }

        var resource = wanted.Split(':')[0];
        return granted == $"{resource}:*";
    }
}
