namespace SidecarAspire.LocalEngine.Tests.EndToEnd;

/// <summary>Tests that start app hosts as processes run one after the other and alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessesCollection
{
    public const string Name = "processes";
}
