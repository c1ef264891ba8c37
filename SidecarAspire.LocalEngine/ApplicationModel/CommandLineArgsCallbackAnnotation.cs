namespace Aspire.Hosting.ApplicationModel;

/// <summary>Adds to a resource's arguments at its start.</summary>
/// <param name="callback">Adds the arguments.</param>
public class CommandLineArgsCallbackAnnotation(Func<CommandLineArgsCallbackContext, Task> callback) : IResourceAnnotation
{
    /// <summary>Adds the arguments.</summary>
    public Func<CommandLineArgsCallbackContext, Task> Callback { get; } = callback;
}
