namespace Aspire.Hosting.ApplicationModel;

/// <summary>A program that is published as a container: in the model it takes the program's place, and all that is said about either counts for both.</summary>
/// <param name="executable">The program.</param>
internal sealed class ExecutableContainerResource(ExecutableResource executable) : ContainerResource(executable.Name)
{
    public override ResourceAnnotationCollection Annotations => executable.Annotations;
}
