using System.Runtime.CompilerServices;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection;

/// <summary>What all detectors saw in one value: the heaviest finding of each class. Lives on the stack.</summary>
internal struct ValueFindings
{
    private Slots slots;

    /// <summary>The classes' scores added; <see cref="Finding.Strong"/> and more is an attack.</summary>
    public int Score { get; private set; }

    public readonly bool Any => Score > 0;

    /// <summary>The heaviest finding; <c>default</c> where there is none.</summary>
    public readonly Finding Heaviest
    {
        get
        {
            var heaviest = default(Finding);
            foreach (var finding in slots)
            {
                if (finding.Score > heaviest.Score)
                    heaviest = finding;
            }

            return heaviest;
        }
    }

    public readonly Finding Of(AttackClass attack) => slots[(int)attack];

    public void Add(Finding finding)
    {
        if (!finding.Any)
            return;
        ref var slot = ref slots[(int)finding.Class];
        if (finding.Score <= slot.Score)
            return;
        Score += finding.Score - slot.Score;
        slot = finding;
    }

    public void Add(in ValueFindings others)
    {
        foreach (var finding in others.slots)
            Add(finding);
    }

    /// <summary>The same findings as signs only: none of them is enough by itself.</summary>
    public readonly ValueFindings Weakened()
    {
        var weak = default(ValueFindings);
        foreach (var finding in slots)
            weak.Add(finding with { Score = Math.Min(finding.Score, Finding.Weak) });
        return weak;
    }

    [InlineArray((int)AttackClass.Protocol + 1)]
    private struct Slots
    {
        private Finding first;
    }
}
