namespace AICodeManager.Server.Work.Sandbox.Probes;

/// <summary>The outcome of one probe.</summary>
/// <param name="Held">The attempt failed, as it must. False also where the probe gave no clear answer.</param>
/// <param name="Detail">What got through, on one line of at most 300 characters; empty where it held.</param>
public sealed record ProbeResult(Probe Probe, bool Held, string Detail);
