namespace AICodeManager.Server.Work.Sandbox.Bubblewrap;

/// <summary>What the bubblewrap engine keeps on the host.</summary>
/// <param name="Instance">Letters, digits and dashes; keeps two servers on one host from taking each other's sandboxes.</param>
/// <param name="StateFolder">Folder of this server alone; one small file for each sandbox, so that leftovers are found.</param>
/// <param name="CgroupParent">Control group under which those of the sandboxes are made; below the hierarchy's root for root, else beside this process's own.</param>
public sealed record BubblewrapSettings(string Instance, string StateFolder, string CgroupParent = "aicli");
